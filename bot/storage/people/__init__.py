"""The rows of people and their SQL, as `bot.people.ports.Rows` wants them."""

from __future__ import annotations

from sqlalchemy import Engine

from bot.storage.people.areas import AreaRows
from bot.storage.people.auditing import AuditRows
from bot.storage.people.codes import CodeRows
from bot.storage.people.persons import PersonRows, ReachRows, WishRows
from bot.storage.people.roles import RoleRows


class PeopleRows:
    """All of them on one database."""

    def __init__(self, engine: Engine) -> None:
        self.persons = PersonRows(engine)
        self.reaches = ReachRows(engine)
        self.wishes = WishRows(engine)
        self.codes = CodeRows(engine)
        self.roles = RoleRows(engine)
        self.tree = AreaRows(engine)
        self.audit = AuditRows(engine)


__all__ = ["PeopleRows"]

"""Rows of the audit: added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, or_, select

from bot.storage.people.tables import Note, audit, reading, write_note, writing


class AuditRows:
    """`Audit` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, actor: str, action: str, target: str, at: datetime, why: str = "") -> None:
        """Add an entry."""
        with writing(self._engine) as connection:
            write_note(connection, (actor, action, target, at, why))

    def entries(self, about: str | None = None) -> Sequence[Note]:
        """Entries, oldest first."""
        query = select(audit.c.actor, audit.c.action, audit.c.target, audit.c.at, audit.c.why).order_by(audit.c.id)
        if about is not None:
            query = query.where(or_(audit.c.actor == about, audit.c.target == about))
        with reading(self._engine) as connection:
            return [(row[0], row[1], row[2], row[3], row[4]) for row in connection.execute(query)]

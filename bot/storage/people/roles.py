"""Rows of roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, and_, delete, func, select

from bot.storage.people.codes import granted
from bot.storage.people.persons import PERSON, PersonRow, by_id
from bot.storage.people.tables import Note, area, person, reading, role, write_note, writing

GRANT = (role.c.role, role.c.over, func.coalesce(area.c.path, ""))


class RoleRows:
    """`Roles` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, person_id: str) -> Sequence[tuple[str, str, str]]:
        """A person's grants."""
        with reading(self._engine) as connection:
            query = _with_areas(select(*GRANT).select_from(role)).where(role.c.person == person_id)
            return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(role.c.role, role.c.over))]

    def all(self) -> Sequence[tuple[PersonRow, tuple[str, str, str]]]:
        """Every grant with its person."""
        query = _with_areas(select(*PERSON, *GRANT).join_from(role, person, role.c.person == person.c.id))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(person.c.id, role.c.role, role.c.over)).all()
        return [((row[0], row[1], row[2], row[3], row[4], row[5]), (row[6], row[7], row[8])) for row in rows]

    def grant(self, person_id: str, trusted: str, over: str, note: Note) -> bool:
        """A grant and its note."""
        with writing(self._engine) as connection:
            if by_id(connection, person_id) is None or not granted(connection, person_id, trusted, over, note[3]):
                return False
            write_note(connection, note)
            return True

    def revoke(self, person_id: str, trusted: str, over: str | None, note: Note) -> int:
        """Take grants, with their note."""
        which = [role.c.person == person_id, role.c.role == trusted]
        if over is not None:
            which.append(role.c.over == over)
        with writing(self._engine) as connection:
            taken = connection.execute(delete(role).where(*which)).rowcount
            if taken:
                write_note(connection, note)
            return taken


def _with_areas(query: Select[Any]) -> Select[Any]:
    return query.join(area, and_(role.c.role == "guide", area.c.id == role.c.over), isouter=True)

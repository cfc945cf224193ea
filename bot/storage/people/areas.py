"""Rows of the area tree. Prefixes are compared by `substr`, which means the same in every database; LIKE and collations do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, case, delete, func, insert, or_, select, update

from bot.storage.people.tables import Note, area, reading, role, write_note, writing

AreaRow = tuple[str, str | None, str, str]
AREA = (area.c.id, area.c.parent, area.c.name, area.c.path)


class AreaRows:
    """`Tree` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def at(self, paths: Sequence[str]) -> Sequence[AreaRow]:
        """The areas at these paths."""
        return self._rows(select(*AREA).where(area.c.path.in_(paths)))

    def named(self, name: str) -> Sequence[AreaRow]:
        """Every area of that name."""
        return self._rows(select(*AREA).where(area.c.name == name))

    def below(self, path: str) -> Sequence[AreaRow]:
        """All areas below a path."""
        return self._rows(select(*AREA).where(_below(path)) if path else select(*AREA))

    def get(self, area_id: str) -> AreaRow | None:
        """The area of that id."""
        return next(iter(self._rows(select(*AREA).where(area.c.id == area_id))), None)

    def add(self, new: Sequence[tuple[str, str, str]]) -> None:
        """Make those that are not there."""
        paths = [path for _, _, path in new]
        if len(self.at(paths)) == len(paths):
            return
        with writing(self._engine) as connection:
            known = {row.path: row.id for row in connection.execute(select(area.c.path, area.c.id).where(area.c.path.in_(paths)))}
            for area_id, name, path in new:
                if path not in known:
                    parent = known.get(path.rpartition("/")[0])
                    connection.execute(insert(area).values(id=area_id, parent=parent, name=name, path=path))
                    known[path] = area_id

    def move(self, area_id: str, path: str, longest: int, note: Note) -> str:
        """Give an area and all below it another path."""
        with writing(self._engine) as connection:
            old = connection.execute(select(area.c.path).where(area.c.id == area_id)).scalar()
            if old is None or path == old:
                return "gone" if old is None else ""
            above, _, name = path.rpartition("/")
            parent = _id(connection, above)
            moved = or_(area.c.path == old, _below(old))
            most = connection.execute(select(func.max(func.length(area.c.path))).where(moved)).scalar_one()
            trouble = {
                "cycle": path.startswith(f"{old}/"),
                "taken": _id(connection, path) is not None,
                "orphan": bool(above) and parent is None,
                "long": most - len(old) + len(path) > longest,
            }
            if any(trouble.values()):
                return next(what for what, there in trouble.items() if there)
            itself = area.c.id == area_id
            values: dict[str, Any] = {
                "path": path + func.substr(area.c.path, len(old) + 1),
                "name": case((itself, name), else_=area.c.name),
                "parent": case((itself, parent), else_=area.c.parent),
            }
            connection.execute(update(area).where(moved).values(values))
            write_note(connection, note)
            return ""

    def remove(self, area_id: str, note: Note) -> str:
        """Take out an area."""
        with writing(self._engine) as connection:
            if not connection.execute(select(area.c.id).where(area.c.id == area_id)).first():
                return "gone"
            if connection.execute(select(area.c.id).where(area.c.parent == area_id)).first():
                return "parent"
            if connection.execute(select(role).where(role.c.role == "guide", role.c.over == area_id)).first():
                return "held"
            connection.execute(delete(area).where(area.c.id == area_id))
            write_note(connection, note)
            return ""

    def _rows(self, query: Select[Any]) -> list[AreaRow]:
        with reading(self._engine) as connection:
            return sorted((_row(row) for row in connection.execute(query)), key=lambda row: row[3])


def _id(connection: Connection, path: str) -> str | None:
    return connection.execute(select(area.c.id).where(area.c.path == path)).scalar()


def _below(path: str) -> ColumnElement[bool]:
    return func.substr(area.c.path, 1, len(path) + 1) == f"{path}/"


def _row(row: Sequence[Any]) -> AreaRow:
    return row[0], row[1], row[2], row[3]

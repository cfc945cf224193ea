"""The area tree in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.people.model import SEPARATOR
from bot.people.ports import AreaRow, Note
from bot.people.testing.memory import Memory


@dataclass(slots=True)
class InMemoryTree:
    """`Tree`."""

    memory: Memory

    def at(self, paths: Sequence[str]) -> Sequence[AreaRow]:
        """The areas at these paths."""
        return self._rows(row for row in self.memory.areas.values() if row[3] in paths)

    def named(self, name: str) -> Sequence[AreaRow]:
        """Every area of that name."""
        return self._rows(row for row in self.memory.areas.values() if row[2] == name)

    def below(self, path: str) -> Sequence[AreaRow]:
        """All areas below a path."""
        return self._rows(row for row in self.memory.areas.values() if not path or row[3].startswith(path + SEPARATOR))

    def get(self, area: str) -> AreaRow | None:
        """The area of that id."""
        return self.memory.areas.get(area)

    def add(self, new: Sequence[tuple[str, str, str]]) -> None:
        """Make those that are not there."""
        for area, name, path in new:
            if not self.at([path]):
                self.memory.areas[area] = (area, self._id(path.rpartition(SEPARATOR)[0]), name, path)

    def move(self, area: str, path: str, longest: int, note: Note) -> str:
        """Give an area and all below it another path."""
        row = self.memory.areas.get(area)
        if row is None or row[3] == path:
            return "gone" if row is None else ""
        moved = [row, *self.below(row[3])]
        above, _, name = path.rpartition(SEPARATOR)
        trouble = {
            "cycle": path.startswith(row[3] + SEPARATOR),
            "taken": bool(self.at([path])),
            "orphan": bool(above) and self._id(above) is None,
            "long": max(len(each[3]) for each in moved) - len(row[3]) + len(path) > longest,
        }
        if any(trouble.values()):
            return next(what for what, there in trouble.items() if there)
        self.memory.areas[area] = (area, self._id(above), name, path)
        for each in moved[1:]:
            self.memory.areas[each[0]] = (*each[:3], path + each[3][len(row[3]) :])
        self.memory.notes.append(note)
        return ""

    def remove(self, area: str, note: Note) -> str:
        """Take out an area."""
        if area not in self.memory.areas:
            return "gone"
        if any(row[1] == area for row in self.memory.areas.values()):
            return "parent"
        if any(name[1:] == ("guide", area) for name in self.memory.roles):
            return "held"
        del self.memory.areas[area]
        for person, row in self.memory.persons.items():
            self.memory.persons[person] = (*row[:3], None if row[3] == area else row[3], *row[4:])
        self.memory.notes.append(note)
        return ""

    def _id(self, path: str) -> str | None:
        return next((row[0] for row in self.memory.areas.values() if row[3] == path), None)

    def _rows(self, rows: Iterable[AreaRow]) -> list[AreaRow]:
        return sorted(rows, key=lambda row: row[3])

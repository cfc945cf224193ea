"""The tree of areas, of any depth. A path names an area and everything above it; what refers to an area keeps its id, so that
renaming and moving change nothing for a guide or a rider.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.errors import PeopleError
from bot.people.codes import short_id
from bot.people.model import LONGEST_PATH, SEPARATOR, AreaNode, clean_path
from bot.people.ports import Tree

TROUBLE = {
    "gone": "{area} is no longer there",
    "cycle": "{area} cannot be moved below itself",
    "taken": "there is an area {path} already",
    "orphan": "there is no area above {path}; add it first",
    "long": f"a path below {{path}} would be longer than {LONGEST_PATH} characters",
    "parent": "{area} has areas below it; move or remove them first",
    "held": "{area} has guides; revoke their role first",
}


class Areas:
    """The tree."""

    def __init__(self, rows: Tree, clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._clock = clock

    def add(self, path: str) -> AreaNode:
        """The area at a path, made with all above it where they are missing. Raises PeopleError for what is no path."""
        paths = _upwards(clean_path(path))
        self._rows.add([(short_id(), each.rpartition(SEPARATOR)[2], each) for each in paths])
        return AreaNode(*self._rows.at(paths[-1:])[0])

    def find(self, text: str) -> tuple[AreaNode, ...]:
        """The area at that path; else all of that name, or whose path ends so (合肥市/蜀山区). Several are options."""
        try:
            path = clean_path(text)
        except PeopleError:
            return ()
        exact = self._rows.at([path])
        found = exact or [row for row in self._rows.named(path.rpartition(SEPARATOR)[2]) if _ends(row[3], path)]
        return tuple(AreaNode(*row) for row in found)

    def named(self, text: str) -> AreaNode:
        """The one area that `find` finds. Raises PeopleError for none and for several."""
        found = self.find(text)
        if not found:
            raise PeopleError(f"there is no area {text!r}; `redstation areas` lists them, `redstation areas add` makes one")
        if len(found) > 1:
            raise PeopleError(f"{text!r} may be {', '.join(area.path for area in found[:5])}; write the whole path")
        return found[0]

    def get(self, identity: str) -> AreaNode | None:
        """The area of that id."""
        row = self._rows.get(identity)
        return None if row is None else AreaNode(*row)

    def above(self, area: AreaNode) -> tuple[AreaNode, ...]:
        """All above an area, the outermost first."""
        return tuple(AreaNode(*row) for row in self._rows.at(_upwards(area.path)[:-1]))

    def below(self, area: AreaNode | None = None) -> tuple[AreaNode, ...]:
        """All below an area at any depth, or the whole tree, in order of path."""
        return tuple(AreaNode(*row) for row in self._rows.below("" if area is None else area.path))

    def rename(self, area: AreaNode, name: str, *, by: str) -> AreaNode:
        """Another name for an area; the paths of all below follow. Raises PeopleError."""
        if SEPARATOR in clean_path(name):
            raise PeopleError(f"{name!r} is a path; a name holds no {SEPARATOR}")
        return self._put(area, area.path.rpartition(SEPARATOR)[0], clean_path(name), "area.rename", by)

    def move(self, area: AreaNode, under: AreaNode | None, *, by: str) -> AreaNode:
        """Another place for an area and all below it; None makes it outermost. Raises PeopleError, for a cycle as well."""
        return self._put(area, "" if under is None else under.path, area.name, "area.move", by)

    def remove(self, area: AreaNode, *, by: str) -> None:
        """Take out an area; riders who named it have none then. Raises PeopleError where areas are below it or guides over it."""
        trouble = self._rows.remove(area.id, (by, "area.remove", area.id, self._clock(), area.path))
        if trouble:
            raise PeopleError(TROUBLE[trouble].format(area=area.path, path=area.path))

    def _put(self, area: AreaNode, above: str, name: str, action: str, by: str) -> AreaNode:
        path = f"{above}{SEPARATOR}{name}" if above else name
        note = (by, action, area.id, self._clock(), f"{area.path} → {path}")
        trouble = self._rows.move(area.id, path, LONGEST_PATH, note)
        if trouble:
            raise PeopleError(TROUBLE[trouble].format(area=area.path, path=path))
        return AreaNode(*self._rows.at([path])[0])


def _upwards(path: str) -> list[str]:
    """The path of an area and of all above it, the outermost first."""
    names = path.split(SEPARATOR)
    return [SEPARATOR.join(names[:count]) for count in range(1, len(names) + 1)]


def _ends(path: str, end: str) -> bool:
    return path == end or path.endswith(SEPARATOR + end)

"""One door: may this person do this, on this?

An admin may do everything. A manager may do what managers do to stations of their own, a guide what guides do to areas of their
own, to all areas below them and to the stations in these. A rider may do nothing: asking is free and passes no door.
Grants are read at every check, so that a role which was taken away is gone at once and in every process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotAllowed
from bot.people.model import SEPARATOR, Grant, Person, Role
from bot.people.roles import Granting


class May(StrEnum):
    """Permissions."""

    CLOSE_STATION = "close_station"  # and open it again
    CLEAR_REPORTS = "clear_reports"  # of riders who found it closed
    SEND_NOTICE = "send_notice"
    SEE_REGISTRATIONS = "see_registrations"
    EDIT_STATIONS = "edit_stations"  # the directory: import, hours, services
    EDIT_LIBRARY = "edit_library"
    SEE_GAPS = "see_gaps"  # questions nobody could answer
    MANAGE_AREAS = "manage_areas"
    MANAGE_PEOPLE = "manage_people"  # invite, revoke


@dataclass(frozen=True, slots=True)
class Station:
    """One station and the path of the area that it is in; "" where none is registered."""

    id: str
    area: str = ""

    def __str__(self) -> str:
        return f"station {self.id}"


@dataclass(frozen=True, slots=True)
class Area:
    """An area, with all that is below it."""

    path: str

    def __str__(self) -> str:
        return f"area {self.path}"


@dataclass(frozen=True, slots=True)
class Everything:
    """The whole installation."""

    def __str__(self) -> str:
        return "everything"


Resource = Station | Area | Everything
EVERYTHING = Everything()
DUTIES: Mapping[Role, frozenset[May]] = {
    Role.RIDER: frozenset(),
    Role.MANAGER: frozenset({May.CLOSE_STATION, May.CLEAR_REPORTS, May.SEND_NOTICE}),
    Role.GUIDE: frozenset({May.CLOSE_STATION, May.CLEAR_REPORTS, May.SEND_NOTICE, May.SEE_REGISTRATIONS}),
    Role.ADMIN: frozenset(May),
}


def covers(grant: Grant, on: Resource) -> bool:
    """Whether `on` lies within what a grant is over."""
    if grant.role is Role.ADMIN:
        return True
    if grant.role is Role.MANAGER:
        return isinstance(on, Station) and bool(grant.over) and on.id == grant.over
    if grant.role is Role.GUIDE and grant.area:
        path = on.area if isinstance(on, Station) else on.path if isinstance(on, Area) else ""
        return path == grant.area or path.startswith(grant.area + SEPARATOR)
    return False


def permits(grants: Iterable[Grant], may: May, on: Resource) -> bool:
    """The rule itself."""
    return any(may in DUTIES[grant.role] and covers(grant, on) for grant in grants)


class Access:
    """The door."""

    def __init__(self, roles: Granting) -> None:
        self._roles = roles

    def allowed(self, person: Person | None, may: May, on: Resource) -> bool:
        """Whether `person` (None: somebody we do not know) may do it."""
        return person is not None and permits(self._roles.of(person), may, on)

    def require(self, person: Person | None, may: May, on: Resource) -> None:
        """Raises NotAllowed where `allowed` is False."""
        if not self.allowed(person, may, on):
            raise NotAllowed(may, on)

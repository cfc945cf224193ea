"""Granting and revoking. Every change is in the audit, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.errors import PeopleError
from bot.people.accounts import person_of
from bot.people.model import Grant, Person, Role
from bot.people.ports import GrantRow, Roles


class Granting:
    """Who is trusted with what."""

    def __init__(self, rows: Roles, clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._clock = clock

    def of(self, person: Person) -> tuple[Grant, ...]:
        """A person's grants; () for a rider."""
        return tuple(grant_of(row) for row in self._rows.of(person.id))

    def holders(self) -> tuple[tuple[Person, tuple[Grant, ...]], ...]:
        """Everybody with a role, in order of id."""
        found: dict[str, tuple[Person, list[Grant]]] = {}
        for person, grant in self._rows.all():
            found.setdefault(person[0], (person_of(person), []))[1].append(grant_of(grant))
        return tuple((person, tuple(grants)) for person, grants in found.values())

    def managers(self, station: str) -> tuple[Person, ...]:
        """Who manages a station; they are told what riders report."""
        wanted = Grant(Role.MANAGER, station)
        return tuple(person for person, grants in self.holders() if wanted in grants)

    def grant(self, person: Person, role: Role, over: str = "", *, by: str, why: str = "") -> bool:
        """Trust `person` with a role over a station id, an area id, or "" for an admin; False where nothing changed."""
        check_grant(role, over)
        note = (by, "role.grant", person.id, self._clock(), f"{role} {over} {why}".strip())
        return self._rows.grant(person.id, role, over, note)

    def revoke(self, person: Person, role: Role, over: str | None = None, *, by: str, why: str = "") -> int:
        """Take a role, or all of it with None; how many grants were taken."""
        note = (by, "role.revoke", person.id, self._clock(), f"{role} {over or ''} {why}".strip())
        return self._rows.revoke(person.id, role, over, note)


def check_grant(role: Role, over: str) -> None:
    """Raises PeopleError for a role that is not over what it has to be."""
    if role is Role.RIDER:
        raise PeopleError("everybody is a rider; grant manager, guide or admin")
    if (role is Role.ADMIN) == bool(over):
        raise PeopleError(
            "an admin is over everything: name no station, no area" if over else f"a {role} needs something to be over"
        )


def grant_of(row: GrantRow) -> Grant:
    """A row as a value."""
    return Grant(Role(row[0]), row[1], row[2])

"""Who we talk with: persons across channels, roles, areas, profiles, and one door to everything that needs a permission.

people = People(PeopleRows(engine), clock)
person = people.accounts.of("telegram", "4711", address="4711")
people.access.require(person, May.CLOSE_STATION, Station("hf-01", "安徽省/合肥市"))
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.people.access import EVERYTHING, Access, Area, Everything, May, Resource, Station
from bot.people.accounts import Accounts
from bot.people.areas import Areas
from bot.people.codes import WRONG_WITHIN
from bot.people.invitations import Invitations
from bot.people.linking import Linking
from bot.people.ports import Rows
from bot.people.profiles import Profiles
from bot.people.roles import Granting

INVITATIONS_KEPT = timedelta(days=90)  # after they ended, so that admins can see who joined by which


class People:
    """The front door of the room."""

    def __init__(self, rows: Rows, clock: Callable[[], datetime]) -> None:
        self.accounts = Accounts(rows.persons, rows.reaches, clock)
        self.profiles = Profiles(rows.persons, rows.wishes, rows.tree, clock)
        self.linking = Linking(self.accounts, rows.codes, clock)
        self.invitations = Invitations(self.accounts, rows.codes, clock)
        self.roles = Granting(rows.roles, clock)
        self.areas = Areas(rows.tree, clock)
        self.access = Access(self.roles)
        self.audit = rows.audit
        self._codes = rows.codes
        self._clock = clock

    def erase_old(self) -> int:
        """Erase codes, tries and invitations that nobody needs any more; how many rows. For a tick every minute or so."""
        now = self._clock()
        return self._codes.erase_old(now, now - WRONG_WITHIN, now - INVITATIONS_KEPT)


__all__ = ["EVERYTHING", "Access", "Area", "Everything", "May", "People", "Resource", "Station"]

"""What a station manager does from the chat: see their stations, close and reopen a door, clear riders' reports."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.dialogue.message import Button, Message
from bot.dialogue.rendering import plain
from bot.dialogue.rider import Rider
from bot.dialogue.wording import Wording
from bot.errors import NotAllowed
from bot.people import May, People
from bot.people import Station as StationResource
from bot.people.model import Person, Role
from knowledge.stations import Stations
from knowledge.stations.model import Station

CHINA = ZoneInfo("Asia/Shanghai")
SHOWN = 10  # stations in one overview
AUDITED = "station."


class Managing:
    """Doors of stations, for those who may."""

    def __init__(self, people: People, stations: Stations) -> None:
        self._people = people
        self._stations = stations

    def overview(self, rider: Rider, say: Wording) -> Message:
        """A manager's stations with what can be done about each."""
        person = self._people.accounts.find(rider.channel, rider.subject)
        mine = [] if person is None else [self._stations.station(grant.over) for grant in self._people.roles.of(person)
                                          if grant.role is Role.MANAGER]  # fmt: skip
        known = [station for station in mine if station is not None]
        if not known:
            return plain("flow", say.say("manage.none"), flow="manage")
        flagged = {station.id for station in self._stations.flagged_stations()}
        lines, buttons = [say.say("manage.lead")], []
        for station in known[:SHOWN]:
            closed = self._stations.closure_of(station.id) is not None
            state = say.say("manage.closed" if closed else "manage.as_registered")
            lines.append(
                f"· {station.name}\uff08{station.id}\uff09 {state}" + (say.say("manage.flagged") if station.id in flagged else "")
            )
            buttons += self._buttons(station, closed, station.id in flagged, say)
        return plain("flow", "\n".join(lines), buttons=tuple(buttons), flow="manage")

    def close(self, rider: Rider, station: str, until: str, request: str, say: Wording, now: datetime) -> Message:
        """Close a door for today, or until it is reopened."""
        person, found = self._allowed(rider, station, May.CLOSE_STATION)
        if found is None or person is None:
            return plain("flow", say.say("manage.not_yours"), flow="manage")
        ends = _end_of_day(now) if until == "today" else None
        self._stations.close_now(station, ends, "", person.id, request)
        self._people.audit.record(person.id, f"{AUDITED}close", station, now, until)
        button = Button(say.say("manage.reopen", name=found.name), "act", f"reopen:{station}")
        return plain("flow", say.say(f"manage.closed_{until}", name=found.name), buttons=(button,), flow="manage")

    def reopen(self, rider: Rider, station: str, request: str, say: Wording, now: datetime) -> Message:
        """Open a door again."""
        person, found = self._allowed(rider, station, May.CLOSE_STATION)
        if found is None or person is None:
            return plain("flow", say.say("manage.not_yours"), flow="manage")
        self._stations.reopen(station, request)
        self._people.audit.record(person.id, f"{AUDITED}reopen", station, now, "")
        return plain("flow", say.say("manage.reopened", name=found.name), flow="manage")

    def clear(self, rider: Rider, station: str, request: str, say: Wording, now: datetime) -> Message:
        """Riders' reports were looked into: the door is open."""
        person, found = self._allowed(rider, station, May.CLEAR_REPORTS)
        if found is None or person is None:
            return plain("flow", say.say("manage.not_yours"), flow="manage")
        self._stations.clear_reports(station, request)
        self._people.audit.record(person.id, f"{AUDITED}clear_reports", station, now, "")
        return plain("flow", say.say("manage.cleared", name=found.name), flow="manage")

    def _allowed(self, rider: Rider, station: str, may: May) -> tuple[Person | None, Station | None]:
        person, found = self._people.accounts.find(rider.channel, rider.subject), self._stations.station(station)
        try:
            self._people.access.require(person, may, StationResource(station, found.area if found else ""))
        except NotAllowed:
            return None, None
        return person, found

    def _buttons(self, station: Station, closed: bool, flagged: bool, say: Wording) -> list[Button]:
        name, buttons = station.name, []
        if closed:
            buttons.append(Button(say.say("manage.reopen", name=name), "act", f"reopen:{station.id}"))
        else:
            buttons.append(Button(say.say("manage.close_today", name=name), "act", f"close:today:{station.id}"))
            buttons.append(Button(say.say("manage.close_open_end", name=name), "act", f"close:open_end:{station.id}"))
        if flagged:
            buttons.append(Button(say.say("manage.clear", name=name), "act", f"clear:{station.id}"))
        return buttons


def _end_of_day(now: datetime) -> datetime:
    """Midnight after `now`, China time."""
    return datetime.combine(now.astimezone(CHINA).date() + timedelta(days=1), time(), CHINA)

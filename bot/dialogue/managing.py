"""What a station manager does from the chat: see their stations, close and reopen a door, clear riders' reports."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.dialogue.alerting import Alerting
from bot.dialogue.message import Button, Message
from bot.dialogue.rendering import plain
from bot.dialogue.rider import Rider
from bot.dialogue.wording import Wording, wording
from bot.people import May, People
from bot.people import Station as StationResource
from bot.people.model import Grant, Person, Role
from knowledge.stations import Stations
from knowledge.stations.model import Station

CHINA = ZoneInfo("Asia/Shanghai")
SHOWN = 10  # stations in one overview
AUDITED = "station."


class Managing:
    """Doors of stations, for those who may."""

    def __init__(self, people: People, stations: Stations, alerting: Alerting) -> None:
        self._people = people
        self._stations = stations
        self._alerting = alerting

    def overview(self, rider: Rider, say: Wording) -> Message:
        """A manager's stations with what can be done about each; of a guide's or an admin's those that need a look."""
        person = self._people.accounts.find(rider.channel, rider.subject)
        grants = () if person is None else self._people.roles.of(person)
        own = [self._stations.station(grant.over) for grant in grants if grant.role is Role.MANAGER]
        known, key = [station for station in own if station is not None], "lead"
        flagged = self._stations.flagged_stations() if grants else ()
        if person is not None and any(grant.role is not Role.MANAGER for grant in grants):
            looked_at = [*flagged, *self._stations.closed_stations()]
            known += [one for one in dict.fromkeys(looked_at) if one not in known and self._may(person, one, May.CLEAR_REPORTS)]
            key = "lead" if own else "lead_area"
            if not known:
                return plain("flow", say.say("manage.quiet"), flow="manage")
        if not known:
            return plain("flow", say.say("manage.none"), flow="manage")
        lines, buttons = [say.say(f"manage.{key}")], []
        for station in known[:SHOWN]:
            closed = self._stations.closure_of(station.id) is not None
            state = say.say("manage.closed" if closed else "manage.as_registered")
            lines.append(
                f"· {station.name}\uff08{station.id}\uff09 {state}" + (say.say("manage.flagged") if station in flagged else "")
            )
            buttons += self._buttons(station, closed, station in flagged, say)
        return plain("flow", "\n".join(lines), buttons=tuple(buttons), flow="manage")

    def named(self, grant: Grant) -> str:
        """What a grant is over, as people call it."""
        station = self._stations.station(grant.over) if grant.role is Role.MANAGER else None
        return station.name if station else grant.area.replace("/", " ") or grant.over

    def alert(self, station: Station, request: str) -> None:
        """Tell the managers of a station that riders found it closed."""

        def words(language: str) -> Message:
            say = wording(language)
            buttons = tuple(self._buttons(station, False, True, say))
            return plain("flow", say.say("manage.alert", name=station.name), buttons=buttons)

        self._alerting.tell(self._people.roles.managers(station.id), words, request)

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
        if found is None or not self._may(person, found, may):
            return None, None
        return person, found

    def _may(self, person: Person | None, station: Station, may: May) -> bool:
        return self._people.access.allowed(person, may, StationResource(station.id, station.area))

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

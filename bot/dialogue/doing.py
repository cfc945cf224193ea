"""What a tapped button does. An action is `name:argument:…`; what cannot be read is answered kindly and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.dialogue.commanding import work_question
from bot.dialogue.managing import Managing
from bot.dialogue.message import Button, Message
from bot.dialogue.rendering import plain
from bot.dialogue.rider import Rider
from bot.dialogue.wording import LANGUAGES, Wording, wording
from bot.people import People
from bot.people.model import Person, Work
from knowledge.stations import Stations

AREAS_SHOWN = 12
PRIVATE = frozenset(["profile", "mydata", "close", "reopen", "clear", "language"])  # nobody's own in a group
CLOSINGS = ("today", "open_end")


class Doing:
    """One tap."""

    def __init__(self, rider: Rider, arguments: list[str], request: str, language: str, now: datetime) -> None:
        self.rider = rider
        self.arguments = arguments
        self.request = request
        self.say: Wording = wording(language)
        self.now = now

    @property
    def last(self) -> str:
        """All after the name, as one argument."""
        return ":".join(self.arguments)


class Actions:
    """Does what buttons say."""

    def __init__(self, people: People, stations: Stations, managing: Managing) -> None:
        self._people = people
        self._stations = stations
        self._managing = managing
        self._known: dict[str, Callable[[Doing], Message | None]] = {
            "closed": self._report, "language": self._language, "profile": self._profile, "mydata": self._mydata,
            "close": self._close, "reopen": self._reopen, "clear": self._clear,
        }  # fmt: skip

    def do(self, rider: Rider, action: str, request: str, language: str, now: datetime) -> Message:
        """The message for an action. Raises BotError or KnowledgeError where the database cannot be used."""
        name, *arguments = action.split(":")
        doing = Doing(rider, arguments, request, language, now)
        if rider.group and name in PRIVATE:
            return plain("flow", doing.say.say("commands.private"), flow=name)
        done = self._known[name](doing) if name in self._known else None
        return done or plain("clarify", doing.say.say("actions.unknown"))

    def _report(self, doing: Doing) -> Message | None:
        """这里关门了. Kept with a keyed digest of who said so, for a day."""
        station = self._stations.station(doing.last)
        if station is None:
            return None
        reporter = self._people.accounts.who(doing.rider.channel, doing.rider.subject)[1]
        flagged_before = station in self._stations.flagged_stations()
        reported = self._stations.report_closed(station.id, reporter, doing.request, doing.now)
        flagged = reported is not None and reported.flagged
        if flagged and not flagged_before:
            self._managing.alert(station, doing.request)
        return plain("stations", doing.say.say("stations.reported_flagged" if flagged else "stations.reported", name=station.name))

    def _language(self, doing: Doing) -> Message | None:
        if doing.last not in LANGUAGES:
            return None
        self._people.accounts.speak(self._person(doing), "en" if doing.last == "en" else "zh")
        return plain("flow", wording(doing.last).say("commands.language_done"), flow="language")

    def _profile(self, doing: Doing) -> Message | None:
        step, *rest = doing.arguments or [""]
        if step == "ask":
            return work_question(doing.say)
        if step == "work" and rest and rest[0] in {str(work) for work in Work}:
            self._people.profiles.work(self._person(doing), Work(rest[0]))
            return self._area_question(doing)
        if step == "area":
            return self._area_chosen(rest[0], doing) if rest else self._area_question(doing)
        return plain("flow", doing.say.say("profile.done"), flow="profile") if step == "done" else None

    def _area_question(self, doing: Doing) -> Message:
        areas = self._people.areas.below()[:AREAS_SHOWN]
        if not areas:
            return plain("flow", doing.say.say("profile.done"), flow="profile")
        buttons = [Button(area.path.replace("/", " "), "act", f"profile:area:{area.id}") for area in areas]
        skip = Button(doing.say.say("profile.skip"), "act", "profile:done")
        return plain("flow", doing.say.say("profile.area"), buttons=(*buttons, skip), flow="profile")

    def _area_chosen(self, identity: str, doing: Doing) -> Message | None:
        area = self._people.areas.get(identity)
        if area is None:
            return None
        self._people.profiles.area(self._person(doing), area)
        return plain("flow", doing.say.say("profile.done"), flow="profile")

    def _mydata(self, doing: Doing) -> Message | None:
        person = self._people.accounts.find(doing.rider.channel, doing.rider.subject)
        if doing.last == "erase":
            button = Button(doing.say.say("mydata.erase_sure"), "act", "mydata:erased")
            return plain("flow", doing.say.say("mydata.erase_ask"), buttons=(button,), flow="mydata")
        if doing.last != "erased":
            return None
        if person is not None:
            self._people.accounts.erase(person)
        return plain("flow", doing.say.say("mydata.erased"), flow="mydata")

    def _close(self, doing: Doing) -> Message | None:
        until, *rest = doing.arguments or [""]
        if until not in CLOSINGS:
            return None
        return self._managing.close(doing.rider, ":".join(rest), until, doing.request, doing.say, doing.now)

    def _reopen(self, doing: Doing) -> Message | None:
        return self._managing.reopen(doing.rider, doing.last, doing.request, doing.say, doing.now)

    def _clear(self, doing: Doing) -> Message | None:
        return self._managing.clear(doing.rider, doing.last, doing.request, doing.say, doing.now)

    def _person(self, doing: Doing) -> Person:
        return self._people.accounts.of(doing.rider.channel, doing.rider.subject, doing.rider.address)

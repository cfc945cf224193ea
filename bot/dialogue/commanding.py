"""Messages that begin with a slash, the same in every channel. What belongs to one person is not shown in a group."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

from bot.dialogue.managing import Managing
from bot.dialogue.message import Button, Message
from bot.dialogue.rendering import plain
from bot.dialogue.rider import WEB, Rider
from bot.dialogue.wording import Wording, wording
from bot.people import People
from bot.people.model import Connected, Kind, Person, Refused, Work

COMMAND = re.compile(r"/([a-z][a-z0-9_]*)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
YES = re.compile(r"\s+yes$", re.IGNORECASE)
MENU = ("start", "help", "station", "lesson", "register", "notice", "mydata", "stop", "language")  # a channel's command menu
STATION = "station"
PRIVATE = frozenset(["mydata", "stop", "profile", "link", "invite", "manage", "close", "language"])

Answer = Callable[["Asked"], Message]


class Asked:
    """A command as it was typed."""

    def __init__(self, rider: Rider, argument: str, language: str, now: datetime) -> None:
        self.rider = rider
        self.argument = argument.strip()
        self.say: Wording = wording(language)
        self.now = now


def said(text: str) -> str:
    """What somebody said in a message: of a command what stands behind it."""
    found = COMMAND.fullmatch(text.strip())
    return (found[2] or "") if found else text


class Commands:
    """Does what a command says."""

    def __init__(self, people: People, managing: Managing) -> None:
        self._people = people
        self._managing = managing
        self._answers: dict[str, Answer] = {
            "start": self._start, "help": self._help, "language": self._language, "mydata": self._mydata,
            "stop": self._stop, "profile": self._profile, "link": self._link, "invite": self._invite, "manage": self._manage,
            "close": self._manage, **{name: self._later(name) for name in ("lesson", "register", "notice")},
        }  # fmt: skip

    @staticmethod
    def in_words(text: str) -> str:
        """A command that is only short for a question, as that question; anything else as it is."""
        found = COMMAND.fullmatch(text.strip())
        if found is None or found[1].lower() != STATION:
            return text
        place, say = (found[2] or "").strip(), wording("zh")
        return say.say("stations.find_near", place=place) if place else say.say("stations.find")

    def do(self, rider: Rider, text: str, language: str, now: datetime) -> Message | None:
        """The message for a command; None for what is none. Raises BotError where the database cannot be used."""
        found = COMMAND.fullmatch(text.strip())
        if found is None:
            return None
        name, asked = found[1].lower(), Asked(rider, found[2] or "", language, now)
        if name not in self._answers:
            return plain(
                "clarify", asked.say.say("commands.unknown", command=f"/{name}", known=" ".join(f"/{each}" for each in MENU))
            )
        if rider.group and name in PRIVATE:
            return plain("flow", asked.say.say("commands.private"), flow=name)
        return self._answers[name](asked)

    def _start(self, asked: Asked) -> Message:
        if asked.argument and not asked.rider.group:  # t.me/…?start=CODE
            return self._invite(asked)
        body = asked.say.say("commands.start")
        return plain("smalltalk", body, quick_replies=asked.say.all("suggest.greeting"), asks_location=True)

    def _help(self, asked: Asked) -> Message:
        body = f"{asked.say.say('smalltalk.ability')}\n\n{asked.say.say('commands.help')}"
        return plain("smalltalk", body, quick_replies=asked.say.all("suggest.ability"))

    def _later(self, name: str) -> Answer:
        return lambda asked: plain("flow", asked.say.say(f"commands.{name}"), flow=name)

    def _language(self, asked: Asked) -> Message:
        if asked.rider.channel == WEB:  # the page has a switch of its own, for all of its words
            return plain("flow", asked.say.say("commands.language_web"), flow="language")
        buttons = tuple(Button(asked.say.say(f"commands.language_{each}"), "act", f"language:{each}") for each in ("zh", "en"))
        return plain("flow", asked.say.say("commands.language"), buttons=buttons, flow="language")

    def _stop(self, asked: Asked) -> Message:
        person = self._people.accounts.find(asked.rider.channel, asked.rider.subject)
        if person is not None:
            self._people.profiles.want_nothing(person)
        return plain("flow", asked.say.say("commands.stop"), flow="stop")

    def _profile(self, asked: Asked) -> Message:
        return work_question(asked.say)

    def _mydata(self, asked: Asked) -> Message:
        accounts, say = self._people.accounts, asked.say
        person = accounts.find(asked.rider.channel, asked.rider.subject)
        if person is None:
            return plain("flow", say.say("mydata.nothing"), flow="mydata")
        if asked.argument.lower() == "json":
            return plain("flow", json.dumps(accounts.export(person), ensure_ascii=False, indent=1), flow="mydata")
        profile, wanted = self._people.profiles.of(person), self._people.profiles.wanted(person)
        kinds = say.say("stations.and").join(say.say(f"kinds.{kind}") for kind in Kind if kind in wanted)
        lines = [say.say("mydata.lead")]
        lines.append(say.say("mydata.work", work=say.say(f"work.{profile.work}") if profile.work else say.say("mydata.not_said")))
        lines.append(say.say("mydata.area", area=profile.area.path if profile.area else say.say("mydata.not_said")))
        lines.append(say.say("mydata.wanted", kinds=kinds or say.say("mydata.none")))
        lines += [say.say("mydata.role", role=role) for role in self._roles(person, say)]
        lines.append(say.say("mydata.turns"))
        buttons = (
            Button(say.say("mydata.change"), "act", "profile:ask"),
            Button(say.say("mydata.copy"), "say", "/mydata json"),
            Button(say.say("mydata.erase"), "act", "mydata:erase"),
        )
        return plain("flow", "\n".join(lines), buttons=buttons, flow="mydata")

    def _link(self, asked: Asked) -> Message:
        rider, say = asked.rider, asked.say
        if not asked.argument:
            person = self._people.accounts.of(rider.channel, rider.subject, rider.address)
            return plain("flow", say.say("link.code", code=self._people.linking.code(person).text), flow="link")
        code = YES.sub("", asked.argument)
        sharing = code != asked.argument
        return self._concluded(
            self._people.linking.redeem(rider.channel, rider.subject, code, rider.address, sharing=sharing), asked, code
        )

    def _invite(self, asked: Asked) -> Message:
        if not asked.argument:
            return plain("flow", asked.say.say("link.invite"), flow="invite")
        rider = asked.rider
        return self._concluded(
            self._people.invitations.redeem(rider.channel, rider.subject, asked.argument, rider.address), asked, ""
        )

    def _concluded(self, outcome: Connected | Refused, asked: Asked, code: str) -> Message:
        say = asked.say
        if isinstance(outcome, Refused):
            return plain("flow", say.say(f"link.{outcome.reason}", code=code), flow="link")
        roles = say.say("stations.and").join(self._roles(outcome.person, say))
        return plain("flow", say.say("link.done_roles", roles=roles) if roles else say.say("link.done"), flow="link")

    def _roles(self, person: Person, say: Wording) -> list[str]:
        """What somebody is trusted with, in words."""
        grants = self._people.roles.of(person)
        return [say.say(f"role.{grant.role}", over=self._managing.named(grant)) for grant in grants]

    def _manage(self, asked: Asked) -> Message:
        return self._managing.overview(asked.rider, asked.say)


def work_question(say: Wording) -> Message:
    """The first of the two questions."""
    buttons = [Button(say.say(f"work.{work}"), "act", f"profile:work:{work}") for work in Work]
    skip = Button(say.say("profile.skip"), "act", "profile:area")
    return plain("flow", say.say("profile.work"), buttons=(*buttons, skip), flow="profile")

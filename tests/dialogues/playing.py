"""Plays written conversations with the real application, on the web and on Telegram."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import yaml

from bot.app import Application
from bot.channels.web import web_application
from bot.dialogue.wording import wording
from bot.people.model import Role
from tests.bot.channels.telegram.running import channel
from tests.bot.dialogue.housing import ManualClock, opened
from tests.botapi.people import Person
from tests.botapi.server import BotApi

Json = Mapping[str, Any]
HERE = Path(__file__).parent
MANAGED = "hf-02"


@dataclass(frozen=True)
class Script:
    """A conversation as it was written."""

    title: str
    turns: Sequence[Json]
    language: str = "zh"


@dataclass
class Heard:
    """The replies to a conversation, one text a turn; on the web with everything else there is. `fault` says why it ended early."""

    texts: list[str] = field(default_factory=list)
    replies: list[Json] = field(default_factory=list)
    fault: str = ""


def scripts() -> list[Script]:
    """Every conversation of this folder."""
    held = [entry for path in sorted(HERE.glob("*.yaml")) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return [Script(entry["title"], entry["turns"], entry.get("language", "zh")) for entry in held]


class Player(Protocol):
    """A rider in one chat of one channel."""

    async def play(self, turn: Json, heard: Heard) -> None: ...


def bare(text: str) -> str:
    """The words without blanks and line ends, which channels set as they like."""
    return "".join(text.split())


class Browser:
    """A rider on the web."""

    def __init__(self, client: httpx.AsyncClient, language: str, code: str) -> None:
        self._client = client
        self._language = language
        self._code = code
        self._offered: dict[str, tuple[str, str]] = {}  # label: kind and value of a button

    async def play(self, turn: Json, heard: Heard) -> None:
        path, content = "/api/messages", {"text": str(turn.get("says", "我的位置")).format(manager=self._code)}
        if "taps" in turn:
            kind, value = self._offered[turn["taps"]]
            path, content = ("/api/messages", {"text": value}) if kind == "say" else ("/api/actions", {"action": value})
        where = {"location": dict(zip(("lat", "lon"), turn["at"], strict=True))} if "at" in turn else {}
        request = str(uuid.uuid4())
        answered = await self._client.post(path, json={"request": request, "language": self._language, **content, **where})
        assert answered.status_code == 200, answered.text
        reply = answered.json()
        buttons = [*reply["buttons"], *(button for station in reply["stations"] for button in station["buttons"])]
        self._offered |= {button["label"]: (button["kind"], button["value"]) for button in buttons}
        self._offered |= {text: ("say", text) for text in reply["quick_replies"]}
        heard.replies.append(reply)
        heard.texts.append(reply["text"])


class Phone:
    """A rider on Telegram. `expected` are the words of the same turns on the web: as much is waited for."""

    def __init__(self, person: Person, expected: Sequence[str], language: str, code: str) -> None:
        self._person = person
        self._expected = iter(expected)
        self._share = wording(language).say("telegram.share")
        self._code = code

    async def play(self, turn: Json, heard: Heard) -> None:
        if "taps" in turn:
            label = turn["taps"]
            if label in self._person.keyboard:
                self._person.presses(label)
            else:
                self._person.taps(label)
        elif "at" in turn:
            self._person.sends_location(*turn["at"])
        else:
            self._person.says(turn["says"].format(manager=self._code))
        wanted, said = len(bare(next(self._expected))), ""
        while len(bare(said)) < wanted:
            text = (await self._person.hears(30)).text
            said += "" if text == self._share else f"{text}\n"
        heard.texts.append(said)


async def on_the_web(data: Path) -> dict[str, Heard]:
    """Every conversation, each in a browser of its own."""
    clock, found = ManualClock(), {}
    with opened(data, clock) as app:
        application = web_application(app.talk, ready=app.ready)
        for script in scripts():
            transport = httpx.ASGITransport(application)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                found[script.title] = await played(Browser(client, script.language, a_code(app)), script)
    return found


async def on_telegram(data: Path, server: BotApi, web: Mapping[str, Heard]) -> dict[str, Heard]:
    """Every conversation, each with somebody of their own."""
    clock, found = ManualClock(), {}
    with opened(data, clock) as app:
        async with channel(server, app.talk, data, language_of=app.language_of):
            for script in scripts():
                person = server.user(language_code=script.language)
                phone = Phone(person, web[script.title].texts, script.language, a_code(app))
                found[script.title] = await played(phone, script)
    return found


async def played(player: Player, script: Script) -> Heard:
    """What was heard in one conversation, as far as it got."""
    heard = Heard()
    try:
        for turn in script.turns:
            await player.play(turn, heard)
    except Exception as error:  # noqa: BLE001 - one conversation must not keep the others from being heard
        heard.fault = f"turn {len(heard.texts) + 1}: {type(error).__name__} {error}"
    return heard


def a_code(app: Application) -> str:
    return app.people.invitations.invite(Role.MANAGER, (MANAGED,), by="the tests")[1].text

"""What exists on the server: the bot, its chats, what was said in them, files and taps. Touched on the server's loop only."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.journal import Journal
from tests.botapi.keyboards import Button, buttons
from tests.botapi.refusing import RefusedError
from tests.botapi.updates import Signal, Updates

Json = dict[str, Any]
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
KICKED = "bot was kicked from the supergroup chat"


@dataclass(eq=False)
class Said:
    """A message in a chat as it stands now. `versions` are its states, the first one as sent."""

    message: Json
    by_bot: bool
    versions: list[Json] = field(default_factory=list)
    deleted: bool = False

    @property
    def message_id(self) -> int:
        """Its number."""
        return int(self.message["message_id"])

    @property
    def text(self) -> str:
        """Text or caption, "" for neither."""
        return str(self.message.get("text", self.message.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        """Entities of the text or caption."""
        found: list[Json] | None = self.message.get("entities") or self.message.get("caption_entities")
        return found or []

    @property
    def buttons(self) -> list[Button]:
        """Its inline buttons."""
        return buttons(self.message)


@dataclass(frozen=True, slots=True)
class Event:
    """Something a chat has seen of the bot: "message", "edit", "delete", "reaction" with what was said, "action" with its name."""

    kind: str
    said: Said | None = None
    detail: str = ""


@dataclass
class Tap:
    """A press of an inline button. `answer` is what the bot said to it, None while it said nothing."""

    query_id: str
    data: str
    answer: Json | None = None


@dataclass(eq=False)
class Chat:
    """A chat and all that was said in it. `refusal`: why the bot cannot write here, "" while it can. `silent`: in privacy mode."""

    facts: Json
    silent: bool = False
    refusal: str = ""
    moved_to: int | None = None
    met: bool = True
    members: dict[int, Json] = field(default_factory=dict)
    log: dict[int, Said] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    keyboard: Json | None = None

    @property
    def id(self) -> int:
        """Telegram's number of it."""
        return int(self.facts["id"])

    @property
    def private(self) -> bool:
        """Whether it is a chat with one person."""
        return bool(self.facts["type"] == "private")


class World:
    """All chats of one bot."""

    def __init__(self, bot: Json, updates: Updates, signal: Signal, journal: Journal) -> None:
        self.bot = bot
        self.updates = updates
        self.signal = signal
        self.journal = journal
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, bytes] = {}
        self.taps: dict[str, Tap] = {}
        self.profile: dict[str, Any] = {}
        self.numbers = itertools.count(1)
        self.identities = itertools.count(1)

    def now(self) -> int:
        """Telegram's clock, whole seconds."""
        return int(time.time())

    def chat(self, wanted: int | str) -> Chat:
        """The chat that the bot may write to, or Telegram's refusal."""
        by_name = [chat for chat in self.chats.values() if f"@{chat.facts.get('username', '')}" == wanted]
        chat = next(iter(by_name), None) if isinstance(wanted, str) else self.chats.get(wanted)
        if chat is None or not chat.met:
            raise RefusedError(400, "chat not found")
        if chat.moved_to is not None:
            raise RefusedError(
                400, "group chat was upgraded to a supergroup chat", parameters={"migrate_to_chat_id": chat.moved_to}
            )
        if chat.refusal:
            raise RefusedError(403, chat.refusal)
        return chat

    def said(self, chat: Chat, message_id: int, missing: str) -> Said:
        """A message that is still there; `missing` is Telegram's name for its absence."""
        said = chat.log.get(message_id)
        if said is None or said.deleted:
            raise RefusedError(400, missing)
        return said

    def deliver(self, chat: Chat, content: Mapping[str, Any], markup: Json | None) -> Said:
        """The bot says something. Reply keyboards stay with the chat, inline ones with the message."""
        said = self._put(chat, self.bot, content, by_bot=True)
        if markup and "inline_keyboard" in markup:
            said.message["reply_markup"] = markup
        elif markup:
            chat.keyboard = markup if "keyboard" in markup else None
        said.versions.append(dict(said.message))
        self.happen(chat, Event("message", said))
        return said

    def revise(self, chat: Chat, said: Said, message: Json) -> None:
        """The bot edits what it said."""
        said.message = message | {"edit_date": self.now()}
        said.versions.append(dict(said.message))
        self.happen(chat, Event("edit", said))

    def remove(self, chat: Chat, said: Said) -> None:
        """The bot deletes something."""
        said.deleted = True
        self.happen(chat, Event("delete", said))

    def hear(self, chat: Chat, person: Json, content: Mapping[str, Any], *, reaches_bot: bool) -> Said:
        """A person says something."""
        said = self._put(chat, person, content, by_bot=False)
        said.versions.append(dict(said.message))
        if reaches_bot:
            self.updates.add("message", chat.id, dict(said.message))
        return said

    def happen(self, chat: Chat, event: Event) -> None:
        """Show an event to those who wait, and write it down first: what the journal lacks was not delivered."""
        if event.said is not None:
            self.journal.write(event.kind, chat.id, event.said.message_id, event.said.text, event.said.message["date"])
        chat.events.append(event)
        self.signal.stir()

    def keep(self, kind: str, content: bytes) -> str:
        """Store a file; its file_id."""
        name = f"{kind}-{next(self.identities):06d}"
        self.files[name] = content
        return name

    def _put(self, chat: Chat, sender: Json, content: Mapping[str, Any], *, by_bot: bool) -> Said:
        number = next(self.numbers)
        message = {"message_id": number, "from": sender, "chat": chat.facts, "date": self.now(), **content}
        chat.log[number] = Said(message, by_bot=by_bot)
        return chat.log[number]

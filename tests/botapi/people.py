"""People and groups, played by tests: what they say to the bot, and what they have heard from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.botapi.entities import found
from tests.botapi.keyboards import Button
from tests.botapi.sending import flat
from tests.botapi.world import BLOCKED, DEACTIVATED, KICKED, Chat, Event, Json, Said, Tap, World

if TYPE_CHECKING:
    from tests.botapi.server import BotApi


class Conversation:
    """A chat as those in it see it."""

    def __init__(self, server: BotApi, world: World, chat: Chat) -> None:
        self._server = server
        self._world = world
        self._chat = chat
        self._places: dict[str, int] = {}

    @property
    def id(self) -> int:
        """The chat's number; a person's is their own."""
        return self._chat.id

    @property
    def said(self) -> list[Said]:
        """What the bot said here, as it stands now: edits applied, deleted messages gone."""
        return [said for said in list(self._chat.log.values()) if said.by_bot and not said.deleted]

    @property
    def transcript(self) -> list[str]:
        """Everything said here that is still to be seen, one line each, the bot's after "> "."""
        lines = [said for said in list(self._chat.log.values()) if not said.deleted]
        return [f"> {said.text}" if said.by_bot else said.text for said in lines]

    @property
    def events(self) -> list[Event]:
        """All that the chat has seen of the bot, oldest first."""
        return list(self._chat.events)

    @property
    def keyboard(self) -> list[str]:
        """The texts of the reply keyboard that is shown."""
        return [button["text"] for row in (self._chat.keyboard or {}).get("keyboard", []) for button in row]

    async def hears(self, within: float = 10.0) -> Said:
        """The next message of the bot that nobody has waited for yet."""
        return await self._server.wait(self._next("message"), within, f"a message; so far {self.transcript}")

    async def sees_edit(self, within: float = 10.0) -> Said:
        """The next edit that nobody has waited for yet."""
        return await self._server.wait(self._next("edit"), within, f"an edit; so far {self.transcript}")

    def hears_here(self, within: float = 10.0) -> Said:
        """`hears` for tests that are not asynchronous."""
        return self._server.wait_here(self._next("message"), within, f"a message; so far {self.transcript}")

    def _next(self, kind: str) -> Callable[[], Said | None]:
        def look() -> Said | None:
            events = [event for event in self._chat.events if event.kind == kind]
            place = self._places.get(kind, 0)
            if place >= len(events):
                return None
            self._places[kind] = place + 1
            return events[place].said

        return look

    def _membership(self, by: Json, old: str, new: str) -> None:
        bot = self._world.bot
        gone = {"until_date": 0} if new == "kicked" else {}
        had = {"until_date": 0} if old == "kicked" else {}
        change = {
            "chat": self._chat.facts,
            "from": by,
            "date": self._world.now(),
            "old_chat_member": {"status": old, "user": bot} | had,
            "new_chat_member": {"status": new, "user": bot} | gone,
        }
        self._world.updates.add("my_chat_member", self._chat.id, change)


class Group(Conversation):
    """A supergroup."""

    def removes_bot(self, by: Person) -> None:
        """The bot is put out; it can write here no more."""

        def remove() -> None:
            self._chat.refusal = KICKED
            self._membership(by.facts, "member", "kicked")

        self._server.call(remove)

    def migrates(self) -> Group:
        """The group gets a new number; writing to the old one is refused with `migrate_to_chat_id`."""
        new = self._server.group(self._chat.facts["title"], silent=self._chat.silent)

        def move() -> None:
            new._chat.members |= self._chat.members
            self._chat.moved_to = new.id

        self._server.call(move)
        return new


class Person(Conversation):
    """Somebody with Telegram; as a conversation, their private chat with the bot. `where` says it in a group instead."""

    def __init__(self, server: BotApi, world: World, chat: Chat, facts: Json) -> None:
        super().__init__(server, world, chat)
        self.facts = facts

    def says(self, text: str, *, where: Group | None = None, reply_to: Said | None = None) -> Said:
        """A text; commands and mentions in it are found as Telegram finds them."""
        entities = list(found(text))
        return self._sends({"text": text} | ({"entities": entities} if entities else {}), where, reply_to)

    def starts(self, payload: str = "") -> Said:
        """/start, with what a link to the bot carried."""
        return self.says(f"/start {payload}".strip())

    def sends_location(self, latitude: float, longitude: float, *, where: Group | None = None, accuracy: float = 0.0) -> Said:
        """Where they are, WGS-84 degrees; `accuracy` in metres, 0 for unknown."""
        known = {"horizontal_accuracy": accuracy} if accuracy else {}
        return self._sends({"location": {"latitude": latitude, "longitude": longitude} | known}, where)

    def sends_contact(self, phone: str, *, own: bool = True) -> Said:
        """A phone number; `own` as the keyboard's button sends it."""
        known = {"user_id": self.facts["id"]} if own else {}
        return self._sends({"contact": {"phone_number": phone, "first_name": self.facts["first_name"]} | known})

    def sends_voice(self, content: bytes = b"OggS", seconds: int = 2, *, where: Group | None = None) -> Said:
        """A voice message; the bot can fetch `content`."""
        return self._sends({"voice": self._file("voice", content) | {"duration": seconds}}, where)

    def sends_photo(self, content: bytes = b"\xff\xd8", caption: str = "", *, where: Group | None = None) -> Said:
        """A photo in one size."""
        photo = {"photo": [self._file("photo", content) | {"width": 90, "height": 90}]}
        return self._sends(photo | ({"caption": caption} if caption else {}), where)

    def sends_sticker(self, emoji: str = "👍", *, where: Group | None = None) -> Said:
        """A sticker."""
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": emoji}
        return self._sends({"sticker": self._file("sticker", b"RIFF") | shape}, where)

    def edits(self, said: Said, text: str, *, where: Group | None = None) -> None:
        """Their own message gets another text."""
        chat = self._place(where)

        def edit() -> None:
            said.message = {key: value for key, value in said.message.items() if key != "entities"}
            entities = list(found(text))
            said.message |= {"text": text, "edit_date": self._world.now()} | ({"entities": entities} if entities else {})
            said.versions.append(dict(said.message))
            self._world.updates.add("edited_message", chat.id, dict(said.message))

        self._server.call(edit)

    def taps(self, button: str | Button, *, where: Group | None = None, under: Said | None = None) -> Tap:
        """Press an inline button that sends data, named by its text or data, under the newest message that has it."""
        chat = self._place(where)

        def tap() -> Tap:
            shown = [under] if under else [said for said in reversed(chat.log.values()) if said.by_bot and not said.deleted]
            said, pressed = next(
                ((said, one) for said in shown for one in said.buttons if one == button or button in {one.text, one.data}),
                (None, None),
            )
            assert said and pressed and pressed.data, (
                f"no button {button!r}; there are {[one for said in shown for one in said.buttons]}"
            )
            tap = Tap(f"{self.facts['id']}{next(self._world.identities)}", pressed.data)
            self._world.taps[tap.query_id] = tap
            query = {"id": tap.query_id, "from": self.facts, "message": dict(said.message), "chat_instance": str(chat.id)}
            self._world.updates.add("callback_query", chat.id, query | {"data": pressed.data})
            return tap

        return self._server.call(tap)

    def presses(self, text: str, *, where: Group | None = None) -> Said:
        """Press a button of the reply keyboard, which sends its text."""
        assert text in (where or self).keyboard, f"no button {text!r}; there are {(where or self).keyboard}"
        return self.says(text, where=where)

    async def sees_answer(self, tap: Tap, within: float = 10.0) -> str:
        """What the bot answered to a tap, "" for nothing but an end to the waiting."""
        answer = await self._server.wait(lambda: tap.answer, within, f"an answer to the tap {tap.data!r}")
        return str(answer.get("text", ""))

    def blocks(self) -> None:
        """Block the bot."""

        def block() -> None:
            self._chat.refusal = BLOCKED
            self._membership(self.facts, "member", "kicked")

        self._server.call(block)

    def unblocks(self) -> None:
        """Take the bot back."""

        def unblock() -> None:
            self._chat.refusal = ""
            self._membership(self.facts, "kicked", "member")

        self._server.call(unblock)

    def leaves_telegram(self) -> None:
        """The account is no more."""
        self._chat.refusal = DEACTIVATED

    def _place(self, where: Group | None) -> Chat:
        return where._chat if where else self._chat

    def _file(self, kind: str, content: bytes) -> Json:
        name = self._server.call(lambda: self._world.keep(kind, content))
        return {"file_id": name, "file_unique_id": f"u-{name}", "file_size": len(content)}

    def _sends(self, content: Json, where: Group | None = None, reply_to: Said | None = None) -> Said:
        chat = self._place(where)

        def send() -> Said:
            assert not chat.refusal, f"cannot write here: {chat.refusal}"
            chat.met = True
            full = content | ({"reply_to_message": flat(reply_to)} if reply_to else {})
            return self._world.hear(chat, self.facts, full, reaches_bot=not chat.silent or self._is_for_bot(content, reply_to))

        return self._server.call(send)

    def _is_for_bot(self, content: Json, reply_to: Said | None) -> bool:
        """What a bot in privacy mode is shown: commands that name no other bot, mentions of it, replies to it."""
        if reply_to is not None and reply_to.by_bot:
            return True
        marked = content.get("text", "").encode("utf-16-le")
        for entity in content.get("entities", []):
            start = entity["offset"] * 2
            words = marked[start : start + entity["length"] * 2].decode("utf-16-le")
            named = words.partition("@")[2]
            if named == self._world.bot["username"] or (entity["type"] == "bot_command" and not named):
                return True
        return False

"""What is answered to an arrival: decode, ask `Talk` once, render."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.channels.telegram.arrivals import Arrival
from bot.channels.telegram.calling import Calls
from bot.channels.telegram.keyboards import ACT, RATE, SAY, rated
from bot.channels.telegram.rendering import Call, Rendered, line, rendered
from bot.dialogue.ports import Talk
from bot.dialogue.wording import Wording, wording
from bot.storage.outbox import Outbox

log = logging.getLogger(__name__)
REMEMBERED = 8192  # conversations whose chosen language is known without asking the database


class Languages:
    """The language of each conversation: what the person chose, else their Telegram's."""

    def __init__(self, chosen: Callable[[str], str | None]) -> None:
        self._chosen = chosen
        self._known: OrderedDict[str, str] = OrderedDict()

    def known(self, arrival: Arrival) -> str:
        """As far as it is known without asking: for emergencies."""
        return self._known.get(arrival.conversation, arrival.language)

    async def of(self, arrival: Arrival) -> str:
        """The language, looked up."""
        try:
            choice = await asyncio.to_thread(self._chosen, arrival.conversation)
        except Exception as error:  # noqa: BLE001 - a choice that cannot be read must not cost the answer
            log.warning("a language was not found: %s", type(error).__name__)
            return self.known(arrival)
        if choice is None:
            self._known.pop(arrival.conversation, None)
            return arrival.language
        self._known[arrival.conversation] = choice
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return choice


class Answering:
    """`blocked` is told of chats that have blocked the bot."""

    def __init__(
        self, talk: Talk, calls: Calls, outbox: Outbox, languages: Languages, blocked: Callable[[int], Awaitable[None]]
    ) -> None:
        self._talk = talk
        self._calls = calls
        self._outbox = outbox
        self._languages = languages
        self._blocked = blocked
        self._ending: set[asyncio.Task[object]] = set()

    async def answer(self, arrival: Arrival) -> Rendered:
        """What is said to it. Doing this again for the same arrival changes nothing more."""
        if arrival.kind == "gone":
            await self._blocked(arrival.chat)
            return Rendered()
        language = await self._languages.of(arrival)
        say = wording(language)
        if arrival.kind == "tap":
            return await self._tapped(arrival, language, say)
        if arrival.kind not in {"text", "location"}:
            return line(say.say(f"telegram.{arrival.kind}"), arrival)
        if arrival.lost:
            return line(say.say(f"telegram.lost_{arrival.kind}"), arrival)
        text = say.say("telegram.location") if arrival.kind == "location" else arrival.text
        message = await self._talk.reply(arrival.conversation, text, arrival.request, arrival.location, language)
        return rendered(message, arrival, say)

    def end_waiting(self, arrival: Arrival, text: str = "") -> None:
        """Stop the clock on a tapped button. One try: it need not arrive, and Telegram takes it for a short time only."""
        if arrival.query:
            answer = {"callback_query_id": arrival.query} | ({"text": text} if text else {})
            task: asyncio.Task[object] = asyncio.get_running_loop().create_task(self._calls.call("answerCallbackQuery", answer))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def stop(self, within: float) -> None:
        """What is on its way has so many seconds."""
        if self._ending:
            await asyncio.wait(self._ending, timeout=within)

    async def _tapped(self, arrival: Arrival, language: str, say: Wording) -> Rendered:
        code, _, value = arrival.data.partition(":")
        if code.isupper():
            found = await asyncio.to_thread(self._outbox.button, value)
            code, value = code.lower(), found or ""
        if not (arrival.chat and value and code in {SAY, ACT, RATE}):
            self.end_waiting(arrival, say.say("telegram.stale"))
            return Rendered()
        if code == RATE:
            return await self._rated(arrival, value, say)
        self.end_waiting(arrival)
        if code == SAY:
            message = await self._talk.reply(arrival.conversation, value, arrival.request, None, language)
        else:
            message = await self._talk.act(arrival.conversation, value, arrival.request, language)
        return rendered(message, arrival, say)

    async def _rated(self, arrival: Arrival, value: str, say: Wording) -> Rendered:
        mark, _, request = value.partition(":")
        await self._talk.rate(request, mark == "1")
        self.end_waiting(arrival, say.say("telegram.thanks"))
        markup = rated(arrival.keyboard, mark == "1", say)
        if markup is None:
            return Rendered()
        return Rendered((Call("editMessageReplyMarkup", {"message_id": arrival.message, "reply_markup": markup}),))

"""Emergencies first: the card goes out on receipt, before anything is stored, and whether or not anything can be stored."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable

from bot.channels.telegram.arrivals import Arrival
from bot.channels.telegram.calling import Calls, Done, Gone, Moved, Refused, Wait
from bot.channels.telegram.keyboards import SAY
from bot.channels.telegram.rendering import Call, Rendered, rendered
from bot.dialogue.message import Message
from bot.dialogue.ports import Talk
from bot.dialogue.wording import wording

log = logging.getLogger(__name__)
REMEMBERED = 4096  # updates whose card was sent: one that comes again gets no second card from this process
FIRST_DELAY, LONGEST_DELAY = 0.5, 15.0  # seconds
TRIES = 40  # some nine minutes


class Alarms:
    """`language` tells the language of a conversation without asking the database."""

    def __init__(self, talk: Talk, calls: Calls, language: Callable[[Arrival], str]) -> None:
        self._talk = talk
        self._calls = calls
        self._language = language
        self._cards: OrderedDict[int, asyncio.Task[Rendered | None]] = OrderedDict()

    def watch(self, arrival: Arrival) -> None:
        """Send a card, if this says that somebody is in danger. Returns at once; never raises."""
        text = _words(arrival)
        if not text or arrival.number in self._cards:
            return
        language = self._language(arrival)
        try:
            message = self._talk.alarm(arrival.conversation, text, arrival.request, language)
        except Exception as error:  # noqa: BLE001 - what is wrong with the lane must not keep the ordinary answer from anybody
            log.error("the emergency lane failed: %s", type(error).__name__)
            return
        if message is not None:
            self._cards[arrival.number] = asyncio.get_running_loop().create_task(self._send(message, arrival, language))
            while len(self._cards) > REMEMBERED:
                self._cards.popitem(last=False)

    async def delivered(self, arrival: Arrival) -> Rendered | None:
        """The card for this arrival, if it is out; waits while it is being sent."""
        card = self._cards.get(arrival.number)
        return None if card is None else await asyncio.shield(card)

    async def stop(self, within: float) -> None:
        """Cards on their way have so many seconds."""
        sending = [card for card in self._cards.values() if not card.done()]
        if sending:
            _, late = await asyncio.wait(sending, timeout=within)
            for card in late:
                card.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _send(self, message: Message, arrival: Arrival, language: str) -> Rendered | None:
        chat, card = arrival.chat, rendered(message, arrival, wording(language))
        for call in card.calls:
            found = await self._deliver(call, chat)
            if found is None:
                return None
            chat = found
        return card

    async def _deliver(self, call: Call, chat: int) -> int | None:
        """The chat that it went to, None where it did not. Goes on trying: nothing here is worth saving."""
        parameters, delay = dict(call.parameters), FIRST_DELAY
        for _ in range(TRIES):
            met = await self._calls.call(call.method, {"chat_id": chat, **parameters})
            match met:
                case Done():
                    return chat
                case Gone():
                    return None
                case Moved(new):
                    chat = new
                case Wait(seconds):
                    await asyncio.sleep(seconds)
                case Refused(reason):
                    log.error("Telegram refused a card: %s", reason)
                    parameters = {"text": parameters["text"]}
                    await asyncio.sleep(delay)
                case _:
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, LONGEST_DELAY)
        return None


def _words(arrival: Arrival) -> str:
    if arrival.kind == "tap":
        code, _, said = arrival.data.partition(":")
        return said if code == SAY else ""
    return arrival.text if arrival.kind == "text" else ""

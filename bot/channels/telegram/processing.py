"""From an update in the inbox to replies in the outbox: a chat's updates in order, each applied once, given up after three."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channels.telegram.alarming import Alarms
from bot.channels.telegram.answering import Answering
from bot.channels.telegram.arrivals import Arrival, restored
from bot.channels.telegram.lanes import Lanes, Load
from bot.channels.telegram.rendering import Rendered, line
from bot.channels.telegram.sending import Sender, settled
from bot.dialogue.wording import wording
from bot.storage.inbox import Inbox, Row

log = logging.getLogger(__name__)
MOST_TRIES = 3
MOST_CLAIMS = 20  # processes that died with an update in hand before it is taken to be the cause
AT_ONCE = 16  # answers
FIRST_DELAY = 0.3  # seconds before the second try


@dataclass(frozen=True, slots=True)
class _Work:
    arrival: Arrival
    tries: int


class Processing:
    """Applies what this process holds."""

    def __init__(
        self, answering: Answering, alarms: Alarms, inbox: Inbox, sender: Sender, load: Load, clock: Callable[[], datetime]
    ) -> None:
        self._answering = answering
        self._alarms = alarms
        self._inbox = inbox
        self._sender = sender
        self._load = load
        self._clock = clock
        self._free = asyncio.Semaphore(AT_ONCE)
        self._lanes: Lanes[_Work] = Lanes(self._apply)

    def push(self, arrival: Arrival, tries: int = 0) -> None:
        """Apply an update that is in the inbox and ours."""
        self._load.add()
        self._lanes.push(arrival.chat, (arrival.number, 0), _Work(arrival, tries))

    def resume(self, row: Row) -> None:
        """Apply an update that another process left behind."""
        try:
            arrival = restored(row)
        except (ValueError, TypeError):  # written by another version of us
            arrival = Arrival(row.number, "unreadable")
        self._alarms.watch(arrival)  # so that the same update, should Telegram send it again, brings no second card
        self.push(arrival, MOST_TRIES if row.claims > MOST_CLAIMS else row.tries)

    async def stop(self, within: float) -> None:
        """Begin nothing more; what is being applied has so many seconds."""
        await self._lanes.stop(within)

    async def _apply(self, work: _Work) -> None:
        try:
            await self._until_applied(work.arrival, work.tries)
        finally:
            self._load.remove()

    async def _until_applied(self, arrival: Arrival, tries: int) -> None:
        if arrival.kind == "unreadable":
            await self._park(arrival, "cannot be decoded")
            return
        trouble = "the process died with it, again and again"
        while tries < MOST_TRIES:
            try:
                await self._hand_over(arrival, await self._answer(arrival))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next update must have its turn
                trouble = _named(error)
                log.error("update %d failed: %s", arrival.number, trouble)
                tries += 1
                await self._note(arrival, trouble)
                await asyncio.sleep(FIRST_DELAY * tries)
            else:
                return
        await self._park(arrival, trouble)

    async def _answer(self, arrival: Arrival) -> Rendered:
        card = await self._alarms.delivered(arrival)
        if card is not None:
            return Rendered((), card.buttons)
        async with self._free:
            return await self._answering.answer(arrival)

    async def _note(self, arrival: Arrival, trouble: str) -> None:
        await settled(lambda: self._inbox.failed(arrival.number, trouble))

    async def _hand_over(self, arrival: Arrival, made: Rendered) -> None:
        replies = made.replies(arrival)
        if await settled(lambda: self._inbox.answered(arrival.number, replies, made.buttons, self._clock())):
            for reply in replies:
                self._sender.push(reply)

    async def _park(self, arrival: Arrival, trouble: str) -> None:
        """Give it up, and say so to whoever asked."""
        self._answering.end_waiting(arrival)
        sorry = line(wording(arrival.language).say("error.broken"), arrival) if arrival.chat else Rendered()
        replies = sorry.replies(arrival)
        if await settled(lambda: self._inbox.park(arrival.number, trouble, replies, self._clock())):
            for reply in replies:
                self._sender.push(reply)


def _named(error: Exception) -> str:
    """The kind of an error and where it came from; never its text, which might quote a rider."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"

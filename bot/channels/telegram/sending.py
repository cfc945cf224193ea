"""Replies out of the outbox: one chat's in order, each until it is delivered, refused for good, or nobody is there any more."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.channels.telegram.calling import Calls, Done, Gone, Moved, Outcome, Refused, Wait
from bot.channels.telegram.lanes import Lanes, Load
from bot.errors import StorageError
from bot.storage.outbox import Outbox, Reply

log = logging.getLogger(__name__)
Result = TypeVar("Result")
AT_ONCE = 32  # calls
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0  # seconds between tries
AFTER_A_BAN = 0.2  # seconds more than Telegram asked for: its clock is not ours
FORGOTTEN = 4096  # chats known to be gone or moved
_PLAIN = ("text", "link_preview_options", "reply_parameters")


class Sender:
    """`blocked` is told once when a chat turns out to refuse us."""

    def __init__(
        self, calls: Calls, outbox: Outbox, load: Load, clock: Callable[[], datetime], blocked: Callable[[int], Awaitable[None]]
    ) -> None:
        self._calls = calls
        self._outbox = outbox
        self._load = load
        self._clock = clock
        self._blocked = blocked
        self._free = asyncio.Semaphore(AT_ONCE)
        self._lanes: Lanes[Reply] = Lanes(self._deliver)
        self._gone: set[int] = set()
        self._moved: dict[int, int] = {}

    def push(self, reply: Reply) -> None:
        """Deliver a reply that this process holds."""
        self._load.add()
        self._lanes.push(reply.chat, (reply.number, reply.part), reply)

    def heard_from(self, chat: int) -> None:
        """Somebody wrote: whoever had blocked us has not any more."""
        self._gone.discard(chat)

    async def stop(self, within: float) -> None:
        """Send nothing more; what is on its way has so many seconds."""
        await self._lanes.stop(within)

    async def _deliver(self, reply: Reply) -> None:
        try:
            if reply.due_at is not None:
                await asyncio.sleep(max(0.0, (reply.due_at - self._clock()).total_seconds()))
            await self._until_settled(reply)
        finally:
            self._load.remove()

    async def _until_settled(self, reply: Reply) -> None:
        parameters: dict[str, Any] = json.loads(reply.body)
        delay, plain = FIRST_DELAY, False
        while (chat := self._moved.get(reply.chat, reply.chat)) not in self._gone:
            async with self._free:
                met = await self._calls.call(reply.method, {"chat_id": chat, **parameters})
            match met:
                case Done():
                    await settled(lambda: self._outbox.delivered(reply))
                    return
                case Refused(reason) if plain or reply.method != "sendMessage":
                    await self._park(reply, reason)
                    return
                case Refused(reason):
                    log.warning("Telegram refused a reply, trying it plain: %s", reason)
                    parameters, plain = _plain(parameters), True
                case _:
                    delay = await self._wait(reply, chat, met, delay)
        await settled(lambda: self._outbox.drop(chat))

    async def _wait(self, reply: Reply, chat: int, met: Outcome, delay: float) -> float:
        """Do what an outcome asks for before the next try; the delay after that one."""
        match met:
            case Wait(seconds):
                until = self._clock() + timedelta(seconds=seconds)
                await settled(lambda: self._outbox.postpone(reply, until))
                await asyncio.sleep(seconds + AFTER_A_BAN)
            case Moved(new):
                self._remember_move(chat, new)
                await settled(lambda: self._outbox.move(chat, new))
            case Gone():
                if len(self._gone) >= FORGOTTEN:
                    self._gone.clear()
                self._gone.add(chat)
                await self._blocked(chat)
            case _:
                await asyncio.sleep(delay)
                return min(delay * 2, LONGEST_DELAY)
        return delay

    async def _park(self, reply: Reply, reason: str) -> None:
        log.error("Telegram refused a reply: %s", reason)
        await settled(lambda: self._outbox.park(reply, reason, self._clock()))

    def _remember_move(self, old: int, new: int) -> None:
        if len(self._moved) >= FORGOTTEN:
            self._moved.clear()
        self._moved = {chat: new if target == old else target for chat, target in self._moved.items()} | {old: new}


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The words alone. Rendering never needs this; a rider must have the answer all the same should Telegram change its rules."""
    return {name: value for name, value in parameters.items() if name in _PLAIN}


async def settled(write: Callable[[], Future[Result]]) -> Result:
    """What was written, tried until the database takes it: what was done outside cannot be undone."""
    delay = FIRST_DELAY / 4
    while True:
        try:
            return await asyncio.wrap_future(write())
        except StorageError as error:
            log.warning("%s; trying again", error)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

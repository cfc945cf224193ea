"""Work by lane: what belongs to one lane is done one after another, in order; lanes go side by side."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")
log = logging.getLogger(__name__)


class Lanes(Generic[Item]):
    """`work` is called for each item and must not raise; what it does raise ends that item only."""

    def __init__(self, work: Callable[[Item], Awaitable[None]]) -> None:
        self._work = work
        self._waiting: dict[int, list[tuple[tuple[int, int], int, Item]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = itertools.count()
        self._ending = False

    def push(self, lane: int, order: tuple[int, int], item: Item) -> None:
        """Do this when everything before it in its lane is done; among what waits, the smallest `order` is next."""
        busy = lane in self._waiting
        heapq.heappush(self._waiting.setdefault(lane, []), (order, next(self._turns), item))
        if not busy:
            task = asyncio.get_running_loop().create_task(self._run(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self, within: float) -> None:
        """Begin nothing more; what is being done has so many seconds to end."""
        self._ending = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, lane: int) -> None:
        try:
            while self._waiting[lane] and not self._ending:
                _, _, item = heapq.heappop(self._waiting[lane])
                try:
                    await self._work(item)
                except Exception as error:  # noqa: BLE001 - the outermost door of a lane; its text might quote a rider
                    log.error("a chat's message failed: %s", type(error).__name__)
        finally:
            del self._waiting[lane]


class Load:
    """How much is in hand: bounded, so that a flood waits with Telegram and not in memory."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def count(self) -> int:
        """Updates taken and not answered yet."""
        return self._count

    @property
    def full(self) -> bool:
        """Whether no more should be taken."""
        return self._count >= self._most

    def add(self, count: int = 1) -> None:
        """Something was taken."""
        self._count += count
        if self.full:
            self._room.clear()

    def remove(self, count: int = 1) -> None:
        """Something was done."""
        self._count -= count
        if not self.full:
            self._room.set()

    async def room(self) -> None:
        """Wait until there is room."""
        await self._room.wait()

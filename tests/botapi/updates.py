"""Updates on their way to the bot: numbered, kept until confirmed, handed out by long polling or by `webhooks`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.botapi.refusing import RefusedError
from tests.botapi.schema import schema

Found = TypeVar("Found")
FIRST_ID = 700_000_001
MOST_IN_AN_ANSWER = 100
LONGEST_POLL = 50  # seconds
NOT_BY_DEFAULT = frozenset(("chat_member", "message_reaction", "message_reaction_count"))


class Signal:
    """Wakes everybody who waits for something to have changed. Used on the server's loop only."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def stir(self) -> None:
        """Something changed."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def until(self, look: Callable[[], Found | None], seconds: float) -> Found | None:
        """The first thing that `look` finds, None after so many seconds."""
        end = asyncio.get_running_loop().time() + seconds
        while (found := look()) is None:
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return None
            try:
                await asyncio.wait_for(self._event.wait(), left)
            except TimeoutError:
                continue
        return found


@dataclass(frozen=True, slots=True)
class Update:
    """One update. `lane` is the chat that it came from: a webhook gets the updates of a lane one after another."""

    number: int
    kind: str
    lane: int
    body: dict[str, Any]


@dataclass
class Replay:
    """How untidily updates arrive: the share that comes twice, and the share that changes places with the next one.

    Polling: within one answer, and copies of confirmed updates in the next. Webhooks: within a lane.
    """

    duplicates: float = 0.0
    reordered: float = 0.0
    seed: int = 1
    copied: int = field(default=0, init=False)
    swapped: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def copies(self) -> bool:
        """Whether the update at hand comes once more."""
        again = self._chance.random() < self.duplicates
        self.copied += again
        return again

    def swaps(self) -> bool:
        """Whether the update at hand comes after the next one."""
        swap = self._chance.random() < self.reordered
        self.swapped += swap
        return swap


class Updates:
    """The queue of one bot."""

    def __init__(self, signal: Signal, replay: Replay) -> None:
        self.signal = signal
        self.replay = replay
        self.pending: list[Update] = []
        self.allowed: frozenset[str] | None = None
        self.webhook_set = False
        self.polls = 0
        self._number = FIRST_ID - 1
        self._seen = FIRST_ID - 1  # the highest number handed to polling
        self._again: list[Update] = []
        self._ended_by = "other getUpdates request; make sure that only one bot instance is running"

    def add(self, kind: str, lane: int, value: dict[str, Any]) -> Update | None:
        """Queue an update; None when the bot did not ask for its kind."""
        if kind in NOT_BY_DEFAULT if self.allowed is None else kind not in self.allowed:
            return None
        self._number += 1
        update = Update(self._number, kind, lane, {"update_id": self._number, kind: value})
        problem = schema().problem(update.body, ["Update"], "update")
        assert problem is None, problem
        self.pending.append(update)
        self.signal.stir()
        return update

    def allow(self, kinds: list[str] | None) -> None:
        """What will be queued from now on; None changes nothing, an empty list is Telegram's default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def forget(self) -> None:
        """Drop everything that waits."""
        self.pending.clear()
        self._again.clear()

    def end_poll(self, by: str) -> None:
        """Let a running poll end with 409."""
        self.polls += 1
        self._ended_by = by
        self.signal.stir()

    async def poll(self, offset: int | None, limit: int | None, seconds: int | None) -> list[dict[str, Any]]:
        """One getUpdates: confirms what lies before `offset`, then waits up to so many seconds for something."""
        if self.webhook_set:
            raise RefusedError(
                409, "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        self.end_poll("other getUpdates request; make sure that only one bot instance is running")
        mine = self.polls
        self._confirm(offset or 0)
        most = min(max(MOST_IN_AN_ANSWER if limit is None else limit, 1), MOST_IN_AN_ANSWER)
        wait = min(max(seconds or 0, 0), LONGEST_POLL)
        found = await self.signal.until(lambda: self._ready(mine, most), wait)
        if self.polls != mine:
            raise RefusedError(409, f"terminated by {self._ended_by}")
        return [update.body for update in found or ()]

    def _ready(self, mine: int, most: int) -> list[Update] | None:
        if self.polls != mine:
            return []
        return (self._untidy(self.pending[:most], most) if self.pending or self._again else None) or None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [update for update in self.pending if update.number >= offset]
        self.signal.stir()

    def _untidy(self, batch: list[Update], most: int) -> list[Update]:
        again, self._again = self._again[:most], self._again[most:]
        batch = batch[: most - len(again)]  # cut before anything changes places: an offset may confirm only what was handed out
        fresh = [update for update in batch if update.number > self._seen]  # what is asked for again is not counted again
        self._seen = max(self._seen, *(update.number for update in batch)) if batch else self._seen
        self._again += [update for update in fresh if self.replay.copies()]
        arranged = list(batch)
        for place in range(len(arranged) - 1):
            if arranged[place] in fresh and self.replay.swaps():
                arranged[place], arranged[place + 1] = arranged[place + 1], arranged[place]
        return again + arranged

"""The way in, the same for polling and webhook: read, raise the alarm, store, then apply."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.telegram.addressing import Self
from bot.channels.telegram.alarming import Alarms
from bot.channels.telegram.arrivals import Arrival
from bot.channels.telegram.lanes import Load
from bot.channels.telegram.processing import Processing
from bot.channels.telegram.reading import read
from bot.channels.telegram.sending import Sender
from bot.storage.inbox import Inbox

log = logging.getLogger(__name__)
REMEMBERED = 4096


class Overloaded(Exception):
    """As much is in hand as can be answered in a few seconds: come again."""


class Reception:
    """`me` tells who we are, as far as that is known."""

    def __init__(
        self, me: Callable[[], Self], alarms: Alarms, inbox: Inbox, processing: Processing, sender: Sender, load: Load,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._me = me
        self._alarms = alarms
        self._inbox = inbox
        self._processing = processing
        self._sender = sender
        self._load = load
        self._clock = clock
        self._texts: OrderedDict[tuple[int, int], int] = OrderedDict()
        self._albums: OrderedDict[tuple[int, str], int] = OrderedDict()

    async def take(self, raws: Sequence[Mapping[str, Any]]) -> None:
        """On return every one of these updates is stored, or is not for us. Cards of emergencies are on their way in any case.

        Raises Overloaded or StorageError: then nothing may be acknowledged, and they come again. Raises ValueError for no updates.
        """
        me = self._me()
        arrivals = [arrival for arrival in (read(raw, me) for raw in raws) if arrival is not None]
        for arrival in arrivals:
            self._alarms.watch(arrival)
        if not me.username and any(_in_group(raw) for raw in raws):
            raise Overloaded  # for a moment after the start nobody can tell whether a group's message is for us
        fresh = [arrival for arrival in arrivals if not self._said_before(arrival)]
        if not fresh:
            return
        if self._load.full:
            raise Overloaded
        ours = await asyncio.wrap_future(self._inbox.put([arrival.stored() for arrival in fresh], self._clock()))
        for arrival in sorted(fresh, key=lambda one: one.number):
            self._note(arrival)
            if arrival.number in ours:
                self._processing.push(arrival)

    def _said_before(self, arrival: Arrival) -> bool:
        """Whether this brings nothing new: an edit that left the words alone, or another picture of an album that was answered."""
        if arrival.album:
            return self._albums.get((arrival.chat, arrival.album), arrival.number) != arrival.number
        return arrival.edited and self._texts.get((arrival.chat, arrival.message)) == hash(arrival.text)

    def _note(self, arrival: Arrival) -> None:
        """Only what is stored counts as said."""
        if arrival.kind not in {"gone", "unreadable"}:
            self._sender.heard_from(arrival.chat)
        if arrival.album:
            self._albums.setdefault((arrival.chat, arrival.album), arrival.number)
        if arrival.kind == "text":
            self._texts[(arrival.chat, arrival.message)] = hash(arrival.text)
        for held in (self._texts, self._albums):
            while len(held) > REMEMBERED:
                held.popitem(last=False)


def _in_group(raw: Mapping[str, Any]) -> bool:
    held = raw.get("message") or raw.get("edited_message") or {}
    chat = held.get("chat") if isinstance(held, dict) else None
    return isinstance(chat, dict) and chat.get("type") in {"group", "supergroup"}

"""The channel as one thing to start and to stop, joined by hand."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter

from bot.channels.telegram.addressing import Self
from bot.channels.telegram.alarming import Alarms
from bot.channels.telegram.answering import Answering, Languages
from bot.channels.telegram.arrivals import Arrival
from bot.channels.telegram.calling import Calls
from bot.channels.telegram.introducing import open_bot, show_menus, take_updates, who_we_are
from bot.channels.telegram.lanes import Load
from bot.channels.telegram.options import Options
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.processing import Processing
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.rendering import rendered
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.webhook import webhook_routes
from bot.dialogue.message import Message
from bot.dialogue.ports import Talk
from bot.dialogue.wording import wording
from bot.errors import StorageError
from bot.storage.updates import UpdateRows

log = logging.getLogger(__name__)
MOST_IN_HAND = 300  # updates and replies; a few seconds of work
BEAT = 2.0  # seconds between two signs of life
LOOK = 1.0  # seconds between two looks for what another process left behind
ERASE_EVERY = timedelta(hours=1)
ENDING = 5.0  # seconds that things under way are given


class TelegramService:
    """`start` and `stop` belong to the event loop that serves the web chat."""

    def __init__(
        self, options: Options, talk: Talk, rows: UpdateRows, clock: Callable[[], datetime],
        language_of: Callable[[str], str | None],
    ) -> None:  # fmt: skip
        self._options = options
        self._rows = rows
        self._clock = clock
        self._me = Self(options.bot)
        self._bot = open_bot(options)
        calls, languages = Calls(self._bot), Languages(language_of)
        self.load = Load(MOST_IN_HAND)
        self._alarms = Alarms(talk, calls, languages.known)
        self._sender = Sender(calls, rows.outbox, self.load, clock, self._block)
        self._answering = Answering(talk, calls, rows.outbox, languages, self._block)
        self._processing = Processing(self._answering, self._alarms, rows.inbox, self._sender, self.load, clock)
        self._reception = Reception(
            lambda: self._me, self._alarms, rows.inbox, self._processing, self._sender, self.load, clock
        )  # fmt: skip
        self._tasks: list[asyncio.Task[None]] = []

    def routes(self) -> APIRouter | None:
        """The webhook's route, None where updates are polled."""
        return webhook_routes(self._options.secret, self._reception.take) if self._options.webhook else None

    def tell(self, address: str, message: Message, name: str, language: str) -> None:
        """See `Alerts.tell`: left in the outbox, which is looked through every second."""
        number = -int.from_bytes(hashlib.sha256(f"{name} {address}".encode()).digest()[:7])  # below zero: no update has it
        arrival = Arrival(number, "text", int(address), language=language)
        made = rendered(message, arrival, wording(language))
        self._rows.outbox.leave(made.replies(arrival), made.buttons, self._clock()).add_done_callback(_told)

    async def start(self) -> None:
        """Begin; returns at once, whether or not Telegram can be reached."""
        self._rows.start()
        for work in (self._live(), self._recover(), self._receive()):
            self._begin(work)

    async def stop(self) -> None:
        """End within some seconds; what is unfinished is taken up at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(self._processing.stop(ENDING), self._alarms.stop(ENDING), self._answering.stop(1.0))
        await self._sender.stop(ENDING)
        try:
            await asyncio.wrap_future(self._rows.workers.leave())
        except StorageError as error:
            log.warning("%s", error)
        await asyncio.to_thread(self._rows.stop)
        await self._bot.session.close()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    async def _receive(self) -> None:
        self._me = await who_we_are(self._bot)
        await take_updates(self._bot, self._options)
        if not self._options.webhook:
            self._begin(Polling(self._bot, self._reception, self.load).run())
        await show_menus(self._bot)

    async def _live(self) -> None:
        """Say again and again that this process is alive."""
        while True:
            try:
                await asyncio.wrap_future(self._rows.workers.beat(self._clock()))
            except StorageError as error:
                log.warning("%s", error)
            await asyncio.sleep(BEAT)

    async def _recover(self) -> None:
        """Take up what was left behind, by us before a crash or by another process."""
        erase_at = self._clock()
        while True:
            try:
                if not self.load.full:
                    for reply in await asyncio.wrap_future(self._rows.outbox.claim(self._clock(), MOST_IN_HAND)):
                        self._sender.push(reply)
                    for row in await asyncio.wrap_future(self._rows.inbox.claim(self._clock(), MOST_IN_HAND)):
                        self._processing.resume(row)
                if self._clock() >= erase_at:
                    await asyncio.wrap_future(self._rows.inbox.erase_old(self._clock()))
                    erase_at = self._clock() + ERASE_EVERY
            except StorageError as error:
                log.warning("%s", error)
            await asyncio.sleep(LOOK)

    async def _block(self, chat: int) -> None:
        """Note that a chat refuses us, for those who would write to it of their own accord."""
        log.info("a chat refuses the bot")
        try:
            await asyncio.to_thread(self._rows.block, "telegram", str(chat), self._clock())
        except StorageError as error:
            log.warning("%s", error)


def _told(written: Future[None]) -> None:
    if (error := written.exception()) is not None:
        log.warning("somebody could not be told: %s", error)


def telegram_service(
    options: Options,
    talk: Talk,
    rows: Callable[[int, str], UpdateRows],
    clock: Callable[[], datetime],
    language_of: Callable[[str], str | None],
) -> TelegramService:
    """The service for a configured bot. `rows` opens its tables (bot's number, name of this process)."""
    return TelegramService(options, talk, rows(options.bot, secrets.token_hex(8)), clock, language_of)

"""Updates by long polling. The offset moves on only when what came before it is on disk."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.channels.telegram.lanes import Load
from bot.channels.telegram.reading import ALLOWED
from bot.channels.telegram.reception import Overloaded, Reception
from bot.errors import StorageError

log = logging.getLogger(__name__)
LONG = 25  # seconds that Telegram holds a poll
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # seconds after a failure


class GetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates with updates as they came: one that aiogram cannot read must not hide the others for ever."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = LONG
    allowed_updates: tuple[str, ...] = ALLOWED


class Polling:
    """Runs until it is cancelled."""

    def __init__(self, bot: Bot, reception: Reception, load: Load) -> None:
        self._bot = bot
        self._reception = reception
        self._load = load
        self._offset: int | None = None
        self._delay = FIRST_DELAY

    async def run(self) -> None:
        """Take updates for ever, whatever happens."""
        while True:
            await self._load.room()
            try:
                await self._once()
            except Overloaded:
                continue
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
            except TelegramConflictError:
                log.warning("another program polls with this token, or a webhook is set; trying again")
                await self._wait()
            except (AiogramError, StorageError, OSError, ValueError) as error:
                log.warning("no updates (%s); trying again", error if isinstance(error, StorageError) else type(error).__name__)
                await self._wait()
            else:
                self._delay = FIRST_DELAY

    async def _once(self) -> None:
        raws = await self._bot(GetUpdates(offset=self._offset), request_timeout=LONG + 15)
        if raws:
            await self._reception.take(raws)
            self._offset = max(self._offset or 0, *(raw["update_id"] + 1 for raw in raws))

    async def _wait(self) -> None:
        await asyncio.sleep(self._delay)
        self._delay = min(self._delay * 2, LONGEST_DELAY)

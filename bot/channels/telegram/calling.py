"""Calls of the Bot API, and what became of them as values: aiogram's exceptions end here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import AnswerCallbackQuery, EditMessageReplyMarkup, SendMessage, TelegramMethod

log = logging.getLogger(__name__)
PATIENCE = 20  # seconds until a call counts as lost
METHODS: Mapping[str, type[TelegramMethod[Any]]] = {
    "sendMessage": SendMessage,
    "editMessageReplyMarkup": EditMessageReplyMarkup,
    "answerCallbackQuery": AnswerCallbackQuery,
}
_NOTHING_TO_DO = ("message is not modified", "query is too old", "message to edit not found", "message can't be edited")
_CLOSED = ("chat not found", "not enough rights", "have no rights", "chat_write_forbidden")


@dataclass(frozen=True, slots=True)
class Done:
    """Carried out, or nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Refused for now: not again for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody there: blocked, deleted, thrown out. Never again."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has this number now."""

    chat: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram does not take it as it is."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been carried out or not: the connection broke, or Telegram is in trouble."""

    reason: str


Outcome: TypeAlias = Done | Wait | Gone | Moved | Refused | Unknown


class Calls:
    """Carries out methods by name. Never raises for what Telegram says."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Outcome:
        """One try."""
        try:
            await self._bot(METHODS[method](**parameters), request_timeout=PATIENCE)
        except (AiogramError, OSError) as error:
            return outcome(error)
        return Done()


def outcome(error: AiogramError | OSError) -> Outcome:
    """What an exception of aiogram means."""
    match error:
        case TelegramRetryAfter():
            return Wait(float(error.retry_after))
        case TelegramMigrateToChat():
            return Moved(error.migrate_to_chat_id)
        case TelegramForbiddenError():
            return Gone()
        case TelegramUnauthorizedError() | TelegramNotFound():  # the token was withdrawn: nothing goes out until it is set anew
            log.error("Telegram does not accept the token")
            return Unknown(type(error).__name__)
        case TelegramBadRequest():
            return _bad(error.message)
    return Unknown(type(error).__name__)


def _bad(reason: str) -> Outcome:
    told = reason.lower()
    if any(words in told for words in _NOTHING_TO_DO):
        return Done()
    return Gone() if any(words in told for words in _CLOSED) else Refused(reason)

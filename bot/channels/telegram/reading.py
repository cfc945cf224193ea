"""Updates as Telegram sends them, read once: an `Arrival`, or nothing where there is nothing for us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, Update
from pydantic import ValidationError

from bot.channels.telegram.addressing import Self, addressed
from bot.channels.telegram.arrivals import Arrival, Rows
from bot.dialogue.message import mended

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
_CONTENT = {
    "voice": "voice", "audio": "voice", "video_note": "voice",
    "photo": "picture", "video": "picture", "animation": "picture",
    "sticker": "sticker", "dice": "sticker",
    "contact": "contact",
    "document": "other", "poll": "other", "story": "other", "paid_media": "other", "checklist": "other", "game": "other",
}  # fmt: skip


def read(raw: Mapping[str, Any], me: Self) -> Arrival | None:
    """What arrived; None for what is not for us. An update that cannot be decoded is "unreadable", so that it is not asked for for
    ever. Raises ValueError for what is no update at all.
    """
    number = raw.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("an update has a number")
    try:
        update = Update.model_validate(raw)
    except ValidationError:
        return Arrival(number, "unreadable")
    if update.message is not None:
        return _message(number, update.message, me)
    if update.edited_message is not None:
        return _edited(number, update.edited_message, me)
    if update.callback_query is not None:
        return _tap(number, update.callback_query)
    change = update.my_chat_member
    if change is not None and change.chat.type == "private" and change.new_chat_member.status == "kicked":
        return Arrival(number, "gone", change.chat.id)
    return None


def language_of(code: str | None) -> str:
    """The language of a person whose Telegram speaks `code`: Chinese for any Chinese or none, else English."""
    return "zh" if not code or code.lower().startswith("zh") else "en"


def _message(number: int, message: Message, me: Self) -> Arrival | None:
    sender = message.from_user
    if message.chat.type == "channel" or sender is None or sender.is_bot:
        return None
    text = addressed(message, me)
    if text is None:
        return None
    private = message.chat.type == "private"
    arrival = Arrival(
        number, "text", message.chat.id, private, language_of(sender.language_code),
        message=message.message_id, quoted=0 if private else message.message_id,
    )  # fmt: skip
    if message.location is not None:
        return _with(arrival, "location", location=(message.location.latitude, message.location.longitude))
    if text.strip() or message.text is not None:
        return _with(arrival, "text", text=mended(text))
    kind = next((kind for name, kind in _CONTENT.items() if getattr(message, name, None) is not None), None)
    if kind is None:  # somebody joined, a title changed …
        return None
    return _with(arrival, kind, album=message.media_group_id or "")


def _edited(number: int, message: Message, me: Self) -> Arrival | None:
    """Words that were changed. A live location that moves is no new question."""
    arrival = _message(number, message, me)
    if arrival is None or arrival.kind != "text":
        return None
    return _with(arrival, "text", text=arrival.text, quoted=message.message_id, edited=True)


def _tap(number: int, tap: CallbackQuery) -> Arrival | None:
    if tap.message is None or not tap.data:
        return Arrival(number, "tap", query=tap.id, language=language_of(tap.from_user.language_code))
    private = tap.message.chat.type == "private"
    return Arrival(
        number, "tap", tap.message.chat.id, private, language_of(tap.from_user.language_code),
        message=tap.message.message_id, query=tap.id, data=tap.data,
        quoted=0 if private else tap.message.message_id,
        keyboard=_rows(tap.message.reply_markup) if isinstance(tap.message, Message) else (),
    )  # fmt: skip


def _rows(markup: InlineKeyboardMarkup | None) -> Rows:
    if markup is None:
        return ()
    return tuple(tuple((one.text, one.callback_data or "", one.url or "") for one in row) for row in markup.inline_keyboard)


def _with(arrival: Arrival, kind: str, **values: Any) -> Arrival:
    return replace(arrival, kind=kind, **values)

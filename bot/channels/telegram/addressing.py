"""Whom a message is for. In private everything is for us; in a group only a mention, a reply to us or a command of ours."""

from __future__ import annotations

from dataclasses import dataclass

from aiogram.types import Message, MessageEntity

from bot.dialogue.commanding import MENU


@dataclass(frozen=True, slots=True)
class Self:
    """Who we are: the bot's number, and its user name ("" until Telegram has told it)."""

    number: int
    username: str = ""


def words(message: Message) -> str:
    """Text or caption."""
    return message.text or message.caption or ""


def addressed(message: Message, me: Self) -> str | None:
    """What is said to us, without our name; None where it is not for us."""
    text = words(message)
    command = _command(message, text)
    if command is not None:
        name, _, bot = command.partition("@")
        if bot and bot.lower() != me.username.lower():
            return None
        rest = text[len(command) + 1 :]
        if message.chat.type == "private" or bot or name.lower() in MENU:
            return f"/{name}{rest}"
    if message.chat.type == "private":
        return text
    told, mentioned = _without_mentions(message, text, me)
    answered = message.reply_to_message
    replies = answered is not None and answered.from_user is not None and answered.from_user.id == me.number
    return told if mentioned or replies else None


def _command(message: Message, text: str) -> str | None:
    """The command that a text begins with, without its slash."""
    for entity in _entities(message):
        if entity.type == "bot_command" and entity.offset == 0:
            return entity.extract_from(text)[1:]
    return None


def _without_mentions(message: Message, text: str, me: Self) -> tuple[str, bool]:
    found = False
    for entity in reversed(_entities(message)):
        named = entity.extract_from(text)
        by_name = entity.type == "mention" and me.username and named.lower() == f"@{me.username.lower()}"
        by_number = entity.type == "text_mention" and entity.user is not None and entity.user.id == me.number
        if by_name or by_number:
            raw = text.encode("utf-16-le")
            start, end = entity.offset * 2, (entity.offset + entity.length) * 2
            text = (raw[:start] + raw[end:]).decode("utf-16-le", "replace")
            found = True
    return (text.strip() if found else text), found


def _entities(message: Message) -> list[MessageEntity]:
    return message.entities or message.caption_entities or []

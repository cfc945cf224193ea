"""Who is speaking, as far as the conversation tells."""

from __future__ import annotations

from dataclasses import dataclass

TELEGRAM = "tg:"
WEB = "web"


@dataclass(frozen=True, slots=True)
class Rider:
    """An identity of `bot.people`: the channel, its own name for somebody, and where they can be written to ("" where nowhere).

    A group is nobody: nothing is kept for it, and what is one person's own is not shown there.
    """

    channel: str
    subject: str
    address: str = ""
    group: bool = False


def rider_of(conversation: str) -> Rider:
    """The rider of a conversation id (`tg:<chat>` from Telegram, a browser's token from the web)."""
    if not conversation.startswith(TELEGRAM):
        return Rider(WEB, conversation)
    chat = conversation.removeprefix(TELEGRAM)
    return Rider("telegram", chat, chat, group=chat.startswith("-"))

"""The door a channel knocks on: one rider's words in, one message out."""

from __future__ import annotations

from typing import Protocol

from bot.dialogue.message import Message


class Talk(Protocol):
    """Answers riders. Never raises for anything a rider can type; every method is safe to call twice with one `request`."""

    async def reply(
        self,
        conversation: str,
        text: str,
        request: str,
        location: tuple[float, float] | None = None,
        language: str = "zh",
    ) -> Message:
        """The message for `text` in `conversation` (an opaque id). `request` names this message once and for all:
        the same request again gives the same reply and records nothing twice. `location` is WGS-84 (lat, lon).
        """
        ...

    async def rate(self, request: str, useful: bool) -> None:
        """有用/没用 for the reply to `request`; the last one counts."""
        ...

    async def forget(self, conversation: str) -> None:
        """Erase what is kept of a conversation."""
        ...

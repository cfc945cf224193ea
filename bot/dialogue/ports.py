"""The doors between dialogue and channels: one rider's words in, one message out; and a message to somebody who did not ask."""

from __future__ import annotations

from typing import Protocol

from bot.dialogue.message import Message


class Talk(Protocol):
    """Answers riders. Never raises for anything a rider can type; every method is safe to call twice with one `request`.

    `conversation` is an opaque id, at most 64 characters, the same for one rider in one channel (web: a token; Telegram:
    `tg:<chat>`).
    """

    def alarm(self, conversation: str, text: str, request: str, language: str = "zh") -> Message | None:
        """The emergency card, if somebody is in danger now; None otherwise. Touches neither disk nor database and is never
        rate-limited: a channel calls it on receipt, before it stores the message, and sends the card at once. `reply` with the
        same `request` gives the same card again.
        """
        ...

    async def reply(
        self,
        conversation: str,
        text: str,
        request: str,
        location: tuple[float, float] | None = None,
        language: str = "zh",
    ) -> Message:
        """The message for `text` in `conversation`. `request` names this message once and for all: the same request again
        gives the same reply and records nothing twice. `location` is WGS-84 (lat, lon); it is never written anywhere. A text
        that begins with "/" is a command.
        """
        ...

    async def act(self, conversation: str, action: str, request: str, language: str = "zh") -> Message:
        """The message for a tapped `act` button (`action` is its value, at most 64 bytes): what was done, in words."""
        ...

    async def rate(self, request: str, useful: bool) -> None:
        """有用/没用 for the reply to `request`; the last one counts."""
        ...

    async def forget(self, conversation: str) -> None:
        """Erase what is kept of a conversation."""
        ...


class Alerts(Protocol):
    """A channel that can write of its own accord."""

    def tell(self, address: str, message: Message, name: str, language: str) -> None:
        """Send a message in `language`; the same `name` twice sends it once. Returns at once, from any thread. Raises BotError."""
        ...

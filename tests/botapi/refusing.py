"""A refusal as Telegram sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 429: "Too Many Requests"}


class RefusedError(Exception):
    """Answered with `code` and `description`. `fault` means that the bot is at fault and must be mended: it is listed in
    `BotApi.faults`; the others (blocked, chat not found) happen to a good bot too.
    """

    def __init__(self, code: int, reason: str, *, fault: bool = False, parameters: Mapping[str, int] | None = None) -> None:
        self.code = code
        self.description = f"{_TITLES[code]}: {reason}" if reason else _TITLES[code]
        self.fault = fault
        self.parameters = dict(parameters or {})
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str) -> RefusedError:
    """400 for a request that no good bot sends."""
    return RefusedError(400, reason, fault=True)


def too_many(seconds: int) -> RefusedError:
    """429: nothing more for so many seconds."""
    return RefusedError(429, f"retry after {seconds}", parameters={"retry_after": seconds})

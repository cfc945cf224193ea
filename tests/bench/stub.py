"""A Bot API that costs next to nothing: takes anything, answers at once, remembers when each chat was written to."""

from __future__ import annotations

import asyncio
import re
import time

_CHAT = re.compile(rb"chat_id=(-?\d+)|name=\"chat_id\"\r\n(?:[^\r]+\r\n)*\r\n(-?\d+)")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_USER = b'{"ok":true,"result":{"id":7000000000,"is_bot":true,"first_name":"bench","username":"bench_bot"}}'
_MESSAGE = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":"."}}'
_TRUE = b'{"ok":true,"result":true}'


class Heard:
    """When each chat was first written to, seconds; and whether a webhook is set."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}
        self.webhook = asyncio.Event()
        self._waiting: dict[int, asyncio.Future[None]] = {}

    def note(self, chat: int) -> None:
        """A chat is written to."""
        self.at.setdefault(chat, time.perf_counter())
        waiting = self._waiting.pop(chat, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def wait(self, chat: int) -> None:
        """Until it is."""
        if chat not in self.at:
            await self._waiting.setdefault(chat, asyncio.get_running_loop().create_future())


class Stub(asyncio.Protocol):
    """One connection."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, gap, rest = self._buffer.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            size = int(length[1]) if length else 0
            if not gap or len(rest) < size:
                return
            self._buffer = rest[size:]
            self._answer(head.split(b" ", 2)[1].rpartition(b"/")[2], rest[:size])

    def _answer(self, method: bytes, body: bytes) -> None:
        result = _TRUE
        if method == b"sendMessage":
            result = _MESSAGE
            found = _CHAT.search(body)
            if found:
                self._heard.note(int(found[1] or found[2]))
        elif method == b"getMe":
            result = _USER
        elif method == b"setWebhook":
            self._heard.webhook.set()
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(result), result)
        )

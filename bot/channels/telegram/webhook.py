"""Updates by webhook, on the port of the web chat: 200 only when they are on disk."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.channels.telegram.reception import Overloaded
from bot.errors import StorageError

PATH = "/telegram/webhook"
LARGEST_BODY = 1024 * 1024  # bytes
_HEADER = "x-telegram-bot-api-secret-token"
_AGAIN = {"Retry-After": "1"}  # seconds


def webhook_routes(secret: str, take: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]) -> APIRouter:
    """POST /telegram/webhook, for whoever knows the secret. `take` is `Reception.take`."""
    if not secret:
        raise ValueError("a webhook without a secret would answer anybody")
    routes = APIRouter()
    running: set[asyncio.Task[None]] = set()

    @routes.post(PATH)
    async def webhook(request: Request) -> Response:
        given = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=401)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            raw = json.loads(body)
            if not isinstance(raw, dict):
                return Response(status_code=400)
            task = asyncio.ensure_future(take([raw]))  # a caller that hangs up must not leave it half done
            running.add(task)
            task.add_done_callback(running.discard)
            await asyncio.shield(task)
        except (Overloaded, StorageError):
            return Response(status_code=503, headers=_AGAIN)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        return Response(status_code=200)

    return routes


async def _body(request: Request) -> bytes | None:
    """The whole body, None where it is too large."""
    collected = bytearray()
    async for piece in request.stream():
        collected += piece
        if len(collected) > LARGEST_BODY:
            return None
    return bytes(collected)

"""A Telegram channel against the Bot API server of the tests: a real database file, real HTTP, by polling or by webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from bot.app import now
from bot.channels.telegram.options import Options
from bot.channels.telegram.service import TelegramService, telegram_service
from bot.dialogue.ports import Talk
from bot.storage.engine import open_engine
from bot.storage.updates import UpdateRows
from tests.bot.commands import free_port
from tests.botapi.server import BotApi

SECRET = "a-secret-of-the-tests"
BOTH = ("polling", "webhook")


@dataclass
class Running:
    """A started channel. `url` is its webhook, "" for polling."""

    service: TelegramService
    engine: Engine
    url: str


@asynccontextmanager
async def channel(
    server: BotApi, talk: Talk, folder: Path, mode: str = "polling", language_of: Callable[[str], str | None] = lambda _: None,
    port: int = 0,
) -> AsyncIterator[Running]:  # fmt: skip
    """Start and, at the end, stop it."""
    engine = open_engine(folder / "redstation.db")
    port = port or free_port()
    webhook = f"http://127.0.0.1:{port}/telegram/webhook" if mode == "webhook" else ""
    bot = int(server.token.partition(":")[0])
    chosen = Options(server.token, bot, server.url, "", webhook, SECRET if webhook else "")
    service = telegram_service(chosen, talk, partial(UpdateRows, engine), now, language_of)
    async with _listening(service, port):
        await service.start()
        try:
            if webhook:
                await until(lambda: bool(server.calls("setWebhook")), "a webhook is set")
            yield Running(service, engine, webhook)
        finally:
            await service.stop()
            engine.dispose()


async def until(happened: Callable[[], bool], what: str) -> None:
    """Wait for something that goes on in this process or in the server's thread."""
    for _ in range(3000):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"never happened: {what}")


def found_on_disk(folder: Path, *words: str) -> list[str]:
    """Those of the words that stand in any file of a folder, as text or as JSON."""
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return [word for word in words if word.encode() in held or json.dumps(word)[1:-1].encode() in held]


@asynccontextmanager
async def _listening(service: TelegramService, port: int) -> AsyncIterator[None]:
    routes = service.routes()
    if routes is None:
        yield
        return
    app = FastAPI()
    app.include_router(routes)
    web = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", access_log=False, lifespan="off"))
    web.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(web.serve())
    await until(lambda: web.started, "the webhook listens")
    try:
        yield
    finally:
        web.should_exit = True
        await task

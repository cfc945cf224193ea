"""The running service: web chat on one port, releases followed in the background."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from bot.app import Application, Background, now
from bot.channels.telegram.options import options
from bot.channels.web import web_application
from bot.storage.updates import UpdateRows

if TYPE_CHECKING:
    from bot.channels.telegram.service import TelegramService


def address_in_use(host: str, port: int) -> bool:
    """Whether somebody listens there already (or the port may not be taken)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def open_telegram(app: Application) -> TelegramService | None:
    """The Telegram channel, None where no token is set: only then its libraries are loaded. Raises SettingsError."""
    chosen = options(app.settings)
    if chosen is None:
        return None
    from bot.channels.telegram.service import telegram_service

    telegram = telegram_service(chosen, app.talk, partial(UpdateRows, app.engine), now, app.language_of)
    app.alerting.join("telegram", telegram)
    return telegram


def serve(app: Application, say: Callable[[str], object]) -> None:
    """Serve until SIGINT or SIGTERM."""
    settings = app.settings
    background = Background(app)
    telegram = open_telegram(app)
    routes = telegram.routes() if telegram else None

    @asynccontextmanager
    async def around(_: object) -> AsyncIterator[None]:
        if telegram:
            await telegram.start()
        yield
        if telegram:
            await telegram.stop()

    server = uvicorn.Server(
        uvicorn.Config(
            web_application(app.talk, ready=app.ready, public_url=settings.public_url,
                            beside=[routes] if routes else [], lifespan=around),
            host=settings.host, port=settings.port, log_level="warning", access_log=False, server_header=False,
            proxy_headers=bool(settings.public_url), timeout_graceful_shutdown=5,
        )
    )  # fmt: skip
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(f"红小驿 Red Station Assistant, release {app.assistant.release}")
    say(f"web chat: {settings.public_url or f'http://{host}:{settings.port}'}  (Ctrl+C stops)")
    if telegram:
        say(f"telegram: {'webhook' if routes else 'polling'}")
    # uvicorn raises a caught SIGTERM once more at its end, which by default would kill us before anything is closed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    background.start()
    try:
        server.run()
    finally:
        background.stop()

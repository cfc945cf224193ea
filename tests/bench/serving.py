"""What is measured, each in a process of its own: `python -m tests.bench.serving nothing PORT`, `… channel PORT API DATA`.

"nothing" reads an update and says 200: what the web server alone costs. "channel" is the whole Telegram channel with a `Talk` that
says the same words back: what receiving, storing and answering cost without the assistant.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response

from bot.app import now
from bot.channels.telegram.options import Options
from bot.channels.telegram.service import telegram_service
from bot.channels.web.application import web_application
from bot.storage.engine import open_engine
from bot.storage.updates import UpdateRows
from tests.bot.channels.telegram.scripted import ScriptedTalk

SECRET = "secret-of-a-bench-run"
TOKEN = "7000000000:TEST-token_of_a_bench"


def nothing() -> FastAPI:
    """A handler that does nothing."""
    app = FastAPI()

    @app.post("/telegram/webhook")
    async def webhook(request: Request) -> Response:
        await request.body()
        return Response(status_code=200)

    return app


def channel(port: int, api: str, data: Path) -> FastAPI:
    """The channel without an assistant."""
    talk = ScriptedTalk()
    engine = open_engine(data / "redstation.db")
    options = Options(TOKEN, 7000000000, api, "", f"http://127.0.0.1:{port}/telegram/webhook", SECRET)
    service = telegram_service(options, talk, partial(UpdateRows, engine), now, lambda _: None)
    routes = service.routes()
    assert routes is not None

    @asynccontextmanager
    async def around(_: object) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    return web_application(talk, ready=lambda: {"ok": True}, beside=[routes], lifespan=around)


if __name__ == "__main__":
    chosen, port = sys.argv[1], int(sys.argv[2])
    uvicorn.run(
        nothing() if chosen == "nothing" else channel(port, sys.argv[3], Path(sys.argv[4])),
        host="127.0.0.1", port=port, log_level="warning", access_log=False,
    )  # fmt: skip

"""A server, and three ways to ask it: plain HTTP, aiogram, python-telegram-bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from tests.botapi.server import BotApi

Ask = Callable[..., Coroutine[None, None, dict[str, Any]]]


@pytest.fixture
def server() -> Iterator[BotApi]:
    with BotApi(webhook_unit=0.01) as running:
        yield running


def asking(server: BotApi, session: aiohttp.ClientSession) -> Ask:
    """Asks a server for a method, with JSON, and gives what it answers."""

    async def ask(method: str, **given: object) -> dict[str, Any]:
        async with session.post(f"{server.url}/bot{server.token}/{method}", json=given) as answer:
            said: dict[str, Any] = await answer.json()
            assert answer.status == (200 if said["ok"] else said["error_code"])
            return said

    return ask


@pytest.fixture
async def ask(server: BotApi) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession() as session:
        yield asking(server, session)


def aiogram_bot(server: BotApi, seconds: float = 30) -> Bot:
    """aiogram's client of a server; it gives a request up after so many seconds."""
    return Bot(server.token, AiohttpSession(api=TelegramAPIServer.from_base(server.url), timeout=seconds))


@pytest.fixture
async def bot(server: BotApi) -> AsyncIterator[Bot]:
    made = aiogram_bot(server)
    yield made
    await made.session.close()


def ptb_bot(server: BotApi, seconds: float = 30) -> ExtBot[None]:
    """python-telegram-bot's client of a server, without its rate limiter."""
    request = HTTPXRequest(read_timeout=seconds, httpx_kwargs={"trust_env": False})
    return ExtBot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot", request=request)


@pytest.fixture
async def sender(server: BotApi) -> AsyncIterator[ExtBot[None]]:
    async with ptb_bot(server) as made:
        yield made

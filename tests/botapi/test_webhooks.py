"""Webhooks come as Telegram sends them: with the secret, in order, again after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot, Dispatcher
from aiohttp import web

from tests.botapi.conftest import Ask
from tests.botapi.server import BotApi
from tests.botapi.test_clients import echo
from tests.botapi.updates import Replay
from tests.botapi.webhooks import SECRET_HEADER

SECRET = "a-secret_1"
Take = Callable[[dict[str, Any]], Awaitable[web.Response]]


@dataclass
class Receiver:
    """A bot's side: writes down what comes, and answers as it is told. `most` is how many were being handled at once."""

    take: Take
    url: str = ""
    secrets: set[str | None] = field(default_factory=set)
    now: int = 0
    most: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get(SECRET_HEADER))
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self.take(await request.json())
        finally:
            self.now -= 1


@asynccontextmanager
async def receiving(take: Take) -> AsyncIterator[Receiver]:
    receiver = Receiver(take)
    application = web.Application()
    application.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def test_aiogram_echoes_over_a_webhook(server: BotApi, bot: Bot) -> None:
    dispatcher = Dispatcher()
    dispatcher.include_router(echo())

    async def take(update: dict[str, Any]) -> web.Response:
        await dispatcher.feed_raw_update(bot, update)
        return web.Response()

    person = server.user()
    person.says("先说的")  # what waits when a webhook is set comes, too
    async with receiving(take) as receiver:
        await bot.set_webhook(receiver.url, secret_token=SECRET)
        assert (await person.hears()).text == "先说的"
        person.says("后说的")
        assert (await person.hears()).text == "后说的"
        await server.settled()
        await bot.delete_webhook()
    assert receiver.secrets == {SECRET}
    assert server.faults == []


async def test_a_failed_update_comes_again_before_the_next_of_its_chat(server: BotApi, ask: Ask) -> None:
    seen: list[tuple[int, str]] = []
    one, other = server.user(), server.user()

    async def take(update: dict[str, Any]) -> web.Response:
        message = update["message"]
        seen.append((message["chat"]["id"], message["text"]))
        return web.Response(status=500 if seen.count((one.id, "一")) < 4 and message["text"] == "一" else 200)

    async with receiving(take) as receiver:
        await ask("setWebhook", url=receiver.url)
        one.says("一")
        one.says("二")
        other.says("别人")
        await server.settled()
        info = (await ask("getWebhookInfo"))["result"]
        await ask("deleteWebhook")
    assert [text for chat, text in seen if chat == one.id] == ["一"] * 4 + ["二"]
    assert seen.index((other.id, "别人")) < seen.index((one.id, "二"))  # another chat does not wait
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert receiver.secrets == {None}


async def test_a_webhook_that_is_down_gets_its_updates_when_it_is_back(server: BotApi, ask: Ask) -> None:
    seen: list[str] = []

    async def take(update: dict[str, Any]) -> web.Response:
        seen.append(update["message"]["text"])
        return web.Response()

    async with receiving(take) as receiver:
        pass
    await ask("setWebhook", url=receiver.url)
    server.user().says("等着")
    await server.wait(lambda: server.webhook_error or None, 10, "a failure")
    assert (await ask("getWebhookInfo"))["result"]["pending_update_count"] == 1
    application = web.Application()
    receiver.take = take
    application.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(receiver.url.split(":")[2].split("/")[0])).start()
    await server.settled()
    await runner.cleanup()
    assert seen == ["等着"]


async def test_no_more_connections_than_allowed_are_used(server: BotApi, ask: Ask) -> None:
    gate, full = asyncio.Event(), asyncio.Event()

    async def take(update: dict[str, Any]) -> web.Response:
        if receiver.now == 3:
            full.set()
        await gate.wait()
        return web.Response()

    async with receiving(take) as receiver:
        await ask("setWebhook", url=receiver.url, max_connections=3)
        for person in [server.user() for _ in range(10)]:
            person.says("同时")
        await full.wait()
        gate.set()
        await server.settled()
    assert receiver.most == 3


async def test_dropping_pending_updates_drops_them(server: BotApi, ask: Ask) -> None:
    server.user().says("旧的")
    await ask("deleteWebhook", drop_pending_updates=True)
    assert (await ask("getUpdates"))["result"] == []


async def test_a_method_in_the_answer_is_a_fault(server: BotApi, ask: Ask) -> None:
    async def take(update: dict[str, Any]) -> web.Response:
        return web.json_response({"method": "sendMessage", "chat_id": 1, "text": "x"})

    async with receiving(take) as receiver:
        await ask("setWebhook", url=receiver.url)
        server.user().says("你好")
        await server.settled()
    assert [fault.method for fault in server.faults] == ["sendMessage"]


async def test_replayed_webhooks_come_twice_or_changed_about() -> None:
    import aiohttp

    from tests.botapi.conftest import asking

    seen: list[str] = []

    async def take(update: dict[str, Any]) -> web.Response:
        seen.append(update["message"]["text"])
        return web.Response()

    replay = Replay(duplicates=0.2, reordered=0.2, seed=2)
    with BotApi(replay=replay) as server:
        person = server.user()
        for number in range(100):
            person.says(str(number))
        async with receiving(take) as receiver, aiohttp.ClientSession() as session:
            await asking(server, session)("setWebhook", url=receiver.url)
            await server.settled()
    assert set(seen) == {str(number) for number in range(100)}
    assert len(seen) == 100 + replay.copied
    assert replay.copied > 5 < replay.swapped
    assert list(dict.fromkeys(seen)) != [str(number) for number in range(100)]

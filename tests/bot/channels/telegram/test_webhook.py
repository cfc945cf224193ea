"""The webhook's door: who may come in, when it says 200, and that an emergency passes even when nothing can be stored."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.telegram import service as service_module
from bot.channels.telegram.webhook import webhook_routes
from bot.storage.inbox import parked
from tests.bot.channels.telegram.running import SECRET, channel, until
from tests.bot.channels.telegram.scripted import CARD, ScriptedTalk
from tests.botapi.server import BotApi

KNOWN = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def update(number: int, chat: int, text: str) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "小李", "language_code": "zh-hans"}
    message = {
        "message_id": number,
        "from": person,
        "chat": {"id": chat, "type": "private", "first_name": "小李"},
        "date": 1,
        "text": text,
    }
    return {"update_id": number, "message": message}


@contextmanager
def no_room_on_any_disk() -> Iterator[None]:
    """Every write to a file of this process fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "密"])
async def test_without_the_secret_nothing_is_taken(server: BotApi, talk: ScriptedTalk, tmp_path: Path, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
    async with channel(server, talk, tmp_path, "webhook") as running, httpx.AsyncClient() as telegram:
        rider = server.user()
        refused = await telegram.post(running.url, json=update(1, rider.id, "救命"), headers=headers)  # type: ignore[arg-type]
        assert (refused.status_code, refused.text) == (401, "")
        taken = await telegram.post(running.url, json=update(2, rider.id, "高温"), headers=KNOWN)
        assert taken.status_code == 200
        assert (await rider.hears()).text == "高温"
    assert (talk.texts, talk.alarms) == (["高温"], [])


def test_a_webhook_without_a_secret_cannot_be_made() -> None:
    async def take(_: object) -> None:
        raise AssertionError

    with pytest.raises(ValueError, match="secret"):
        webhook_routes("", take)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"update_id": "1"}', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_update_is_refused_without_a_trace(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, body: bytes
) -> None:
    async with channel(server, talk, tmp_path, "webhook") as running, httpx.AsyncClient() as telegram:
        assert (await telegram.post(running.url, content=body, headers=KNOWN)).status_code == 400
        assert (await telegram.post(running.url, content=b"x" * 1_100_000, headers=KNOWN)).status_code == 413


async def test_an_update_that_cannot_be_decoded_is_taken_and_listed(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    broken = update(1, rider.id, "?") | {"message": {"message_id": "one"}}
    async with channel(server, talk, tmp_path, "webhook") as running, httpx.AsyncClient() as telegram:
        assert (await telegram.post(running.url, json=broken, headers=KNOWN)).status_code == 200
        await until(lambda: [one.kind for one in parked(running.engine)] == ["unreadable"], "it is listed")


async def test_the_same_update_again_changes_nothing(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    async with channel(server, talk, tmp_path, "webhook") as running, httpx.AsyncClient() as telegram:
        posts = [telegram.post(running.url, json=update(5, rider.id, "高温"), headers=KNOWN) for _ in range(8)]
        assert {answer.status_code for answer in await asyncio.gather(*posts)} == {200}
        await rider.hears()
        assert (await telegram.post(running.url, json=update(5, rider.id, "高温"), headers=KNOWN)).status_code == 200
        await telegram.post(running.url, json=update(6, rider.id, "好"), headers=KNOWN)
        assert (await rider.hears()).text == "好"
    assert talk.texts == ["高温", "好"]


async def test_more_than_can_be_answered_is_sent_away_and_taken_when_there_is_room(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "MOST_IN_HAND", 10)
    talk.gate = asyncio.Event()
    riders = [server.user(f"骑手{n}") for n in range(30)]
    async with channel(server, talk, tmp_path, "webhook") as running, httpx.AsyncClient() as telegram:
        statuses = []
        for n, rider in enumerate(riders):
            answer = await telegram.post(running.url, json=update(n, rider.id, "高温"), headers=KNOWN)
            statuses.append(answer.status_code)
        assert statuses == [200] * 10 + [503] * 20
        assert running.service.load.count == 10
        urgent = await telegram.post(running.url, json=update(99, riders[0].id, "救命"), headers=KNOWN)
        assert urgent.status_code == 503
        assert (await riders[0].hears()).text == CARD.text
        talk.gate.set()
        await until(lambda: running.service.load.count == 0, "all is answered")
        assert (await telegram.post(running.url, json=update(29, riders[29].id, "高温"), headers=KNOWN)).status_code == 200
        assert (await riders[29].hears()).text == "高温"


async def test_on_a_full_disk_the_card_goes_out_and_the_rest_is_not_acknowledged(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path
) -> None:
    hurt, asks = server.user("甲"), server.user("乙")
    async with channel(server, talk, tmp_path, "webhook") as running, httpx.AsyncClient() as telegram:
        with no_room_on_any_disk():
            for _ in range(3):  # Telegram comes again; one card is enough
                answer = await telegram.post(running.url, json=update(1, hurt.id, "救命"), headers=KNOWN)
                assert answer.status_code == 503
            assert (await hurt.hears()).text == CARD.text
            assert (await telegram.post(running.url, json=update(2, asks.id, "高温"), headers=KNOWN)).status_code == 503
        for number, rider, text in ((1, hurt, "救命"), (2, asks, "高温")):
            answer = await telegram.post(running.url, json=update(number, rider.id, text), headers=KNOWN)
            assert answer.status_code == 200
        assert (await asks.hears()).text == "高温"
        await until(lambda: running.service.load.count == 0, "all is answered")
    assert (len(hurt.said), talk.texts) == (1, ["高温"])


async def test_polling_too_takes_no_more_than_can_be_answered(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "MOST_IN_HAND", 10)
    talk.gate = asyncio.Event()
    riders = [server.user(f"骑手{n}") for n in range(250)]
    for rider in riders:
        rider.says("高温")
    async with channel(server, talk, tmp_path) as running:
        await until(lambda: running.service.load.count == 100, "one poll is taken")
        await asyncio.sleep(0.3)
        assert (running.service.load.count, server.pending) == (100, 250)  # Telegram keeps what was not confirmed
        talk.gate.set()
        for rider in riders:
            assert (await rider.hears(30)).text == "高温"
        await server.settled()
    assert len(talk.texts) == 250

"""Long polling as Telegram does it."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.botapi.conftest import Ask, aiogram_bot, asking, ptb_bot
from tests.botapi.server import BotApi
from tests.botapi.updates import Replay


def texts(answer: dict[str, Any]) -> list[str]:
    return [update["message"]["text"] for update in answer["result"]]


async def polled(server: BotApi, times: int) -> None:
    """Wait until so many polls have begun to wait."""

    def begun() -> bool | None:
        calls = server.calls("getUpdates")
        return True if len(calls) >= times and calls[-1].given else None

    await server.wait(begun, 10, f"{times} polls")


async def test_updates_stay_until_an_offset_confirms_them(server: BotApi, ask: Ask) -> None:
    person = server.user()
    for text in ("一", "二", "三"):
        person.says(text)
    first = await ask("getUpdates", limit=2)
    assert texts(first) == ["一", "二"]
    assert texts(await ask("getUpdates")) == ["一", "二", "三"]
    assert texts(await ask("getUpdates", offset=first["result"][-1]["update_id"] + 1)) == ["三"]
    assert server.pending == 1
    assert texts(await ask("getUpdates")) == ["三"]


async def test_a_negative_offset_forgets_all_but_the_last(server: BotApi, ask: Ask) -> None:
    person = server.user()
    for text in ("一", "二", "三"):
        person.says(text)
    assert texts(await ask("getUpdates", offset=-1)) == ["三"]
    assert server.pending == 1


async def test_a_poll_waits_for_what_comes(server: BotApi, ask: Ask) -> None:
    person = server.user()
    assert texts(await ask("getUpdates")) == []
    waiting = asyncio.create_task(ask("getUpdates", timeout=30))
    await polled(server, 2)
    assert not waiting.done()
    person.says("来了")
    assert texts(await waiting) == ["来了"]


async def test_the_second_poll_ends_the_first(server: BotApi, ask: Ask) -> None:
    first = asyncio.create_task(ask("getUpdates", timeout=30))
    await polled(server, 1)
    second = asyncio.create_task(ask("getUpdates", timeout=30))
    refused = await first
    assert refused["error_code"] == 409
    assert refused["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    server.user().says("给后来的")
    assert texts(await second) == ["给后来的"]


async def test_polling_is_refused_while_a_webhook_is_set(server: BotApi, ask: Ask) -> None:
    waiting = asyncio.create_task(ask("getUpdates", timeout=30))
    await polled(server, 1)
    await ask("setWebhook", url="http://127.0.0.1:9/never")
    assert (await waiting)["description"] == "Conflict: terminated by setWebhook request"
    assert (await ask("getUpdates"))["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    await ask("deleteWebhook")
    assert (await ask("getUpdates"))["ok"]


async def test_only_the_kinds_that_were_asked_for_come(server: BotApi, ask: Ask) -> None:
    person = server.user()
    await ask("getUpdates", allowed_updates=["edited_message"])
    said = person.says("你好")
    person.edits(said, "您好")
    kinds = [set(update) - {"update_id"} for update in (await ask("getUpdates"))["result"]]
    assert kinds == [{"edited_message"}]
    await ask("getUpdates", allowed_updates=[])
    person.says("又来")
    assert len((await ask("getUpdates"))["result"]) == 2


async def test_both_clients_are_told_of_a_conflict(server: BotApi) -> None:
    from aiogram.exceptions import TelegramConflictError
    from telegram.error import Conflict

    bot = aiogram_bot(server)
    await bot.set_webhook("http://127.0.0.1:9/never")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    await bot.session.close()
    async with ptb_bot(server) as sender:
        with pytest.raises(Conflict):
            await sender.get_updates()


async def test_replayed_updates_come_twice_or_changed_about_and_none_is_lost() -> None:
    replay = Replay(duplicates=0.05, reordered=0.05, seed=7)
    with BotApi(replay=replay) as server:
        person = server.user()
        for number in range(400):
            person.says(str(number))
        seen: list[int] = []
        async with aiohttp.ClientSession() as session:
            ask, offset = asking(server, session), 0
            while batch := (await ask("getUpdates", offset=offset, limit=20))["result"]:
                seen += [int(update["message"]["text"]) for update in batch]
                offset = max(offset, *(update["update_id"] + 1 for update in batch))
    assert set(seen) == set(range(400))
    assert len(seen) == 400 + replay.copied
    assert 8 <= replay.copied <= 35  # 5 % of 400
    assert 8 <= replay.swapped <= 35
    order = list(dict.fromkeys(seen))
    assert sum(one > other for one, other in zip(order, order[1:], strict=False)) >= replay.swapped // 2


async def test_a_replay_can_be_repeated() -> None:
    counts = []
    for _ in range(2):
        replay = Replay(duplicates=0.5, reordered=0.5, seed=3)
        counts.append([(replay.copies(), replay.swaps()) for _ in range(50)])
    assert counts[0] == counts[1]

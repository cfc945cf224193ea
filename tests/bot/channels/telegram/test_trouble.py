"""What goes wrong on the way: Telegram refuses, bans, breaks; riders block the bot; some things cannot be answered at all."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import now
from bot.dialogue.message import Message
from bot.dialogue.wording import wording
from bot.people import People
from bot.storage.engine import open_engine
from bot.storage.inbox import parked
from bot.storage.people import PeopleRows
from tests.bot.channels.telegram.running import BOTH, channel, found_on_disk, until
from tests.bot.channels.telegram.scripted import ScriptedTalk
from tests.botapi.server import BotApi
from tests.botapi.trouble import Drop, Effect, Refuse, ServerError, TooMany
from tests.botapi.updates import Replay

BROKEN = wording("zh").say("error.broken")


def count(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "redstation.db")) as database:
        return int(database.execute(f"select count(*) from {table}").fetchone()[0])


@pytest.mark.parametrize("effect", [ServerError(500), ServerError(502, page=True), Drop()])
async def test_a_reply_that_did_not_go_out_goes_out_later(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, effect: Effect
) -> None:
    rider = server.user()
    server.trouble.add(effect, method="sendMessage", times=1)
    async with channel(server, talk, tmp_path):
        rider.says("高温")
        assert (await rider.hears()).text == "高温"
        await until(lambda: count(tmp_path, "bot_outbox") == 0, "the outbox is empty")
    assert (len(rider.said), talk.texts) == (1, ["高温"])


async def test_a_reply_whose_delivery_is_unknown_goes_out_once_more_at_most(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path
) -> None:
    rider = server.user()
    server.trouble.add(Drop(delivered=True), method="sendMessage", times=1)
    async with channel(server, talk, tmp_path):
        rider.says("高温")
        await until(lambda: len(rider.said) == 2, "the reply and its duplicate")
        await until(lambda: count(tmp_path, "bot_outbox") == 0, "the outbox is empty")
    assert [said.text for said in rider.said] == ["高温", "高温"]


async def test_a_reply_hit_by_429_waits_its_time_and_goes_out_in_order(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider, other = server.user("甲"), server.user("乙")
    server.trouble.add(TooMany(1), method="sendMessage", chat=rider.id, times=1)
    async with channel(server, talk, tmp_path):
        rider.says("一")
        rider.says("二")
        other.says("三")
        assert (await other.hears()).text == "三"
        assert [(await rider.hears()).text for _ in range(2)] == ["一", "二"]
    assert server.early == []


async def test_a_ban_is_kept_over_a_restart(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    server.trouble.add(TooMany(3), method="sendMessage", chat=rider.id, times=1)
    async with channel(server, talk, tmp_path):
        rider.says("一")
        await until(lambda: bool(server.calls("sendMessage")), "a try")
        await until(lambda: found_due(tmp_path), "the time to wait is stored")
    async with channel(server, talk, tmp_path):
        assert (await rider.hears()).text == "一"
    assert (server.early, talk.texts) == ([], ["一"])


def found_due(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "redstation.db")) as database:
        return database.execute("select due_at from bot_outbox").fetchone()[0] is not None


async def test_whoever_blocks_the_bot_is_noted_and_not_written_to_again(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "redstation.db")
    rider = server.user()
    people = People(PeopleRows(engine), now)
    person = people.accounts.of("telegram", str(rider.id), str(rider.id))
    talk.gate = asyncio.Event()
    talk.script["一"] = Message("answer", "一" * 5000, "")
    async with channel(server, talk, tmp_path):
        rider.says("一")
        rider.says("二")
        await until(lambda: count(tmp_path, "bot_inbox") == 2, "both are in")
        rider._chat.refusal = "bot was blocked by the user"  # without the update that tells of it
        talk.gate.set()
        await until(lambda: count(tmp_path, "bot_inbox") + count(tmp_path, "bot_outbox") == 0, "nothing is left")
        assert len(server.calls("sendMessage")) == 1
        assert [reach.blocked_at is not None for reach in people.accounts.reaches(person)] == [True]
        rider.unblocks()
        rider.says("三")
        assert (await rider.hears()).text == "三"
        rider.blocks()
        people.accounts.of("telegram", str(rider.id), str(rider.id))
        await server.settled()
    engine.dispose()


async def test_the_bot_learns_that_it_was_blocked_without_writing(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "redstation.db")
    rider = server.user()
    people = People(PeopleRows(engine), now)
    person = people.accounts.of("telegram", str(rider.id), str(rider.id))
    async with channel(server, talk, tmp_path):
        rider.blocks()
        await until(lambda: people.accounts.reaches(person)[0].blocked_at is not None, "it is noted")
    assert server.calls("sendMessage") == []
    engine.dispose()


async def test_words_that_telegram_refuses_with_their_buttons_go_out_plain(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path
) -> None:
    rider = server.user()
    server.trouble.add(Refuse(400, "Bad Request: BUTTON_TYPE_INVALID"), method="sendMessage", times=1)
    async with channel(server, talk, tmp_path):
        rider.says("高温")
        heard = await rider.hears()
    assert (heard.text, heard.buttons) == ("高温", [])


async def test_a_reply_that_telegram_never_takes_is_given_up_and_listed(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    server.trouble.add(Refuse(400, "Bad Request: no such luck"), method="sendMessage", times=2)
    async with channel(server, talk, tmp_path) as running:
        rider.says("高温")
        await until(lambda: len(parked(running.engine)) == 1, "it is given up")
        (given_up,) = parked(running.engine)
        assert (given_up.kind, "no such luck" in given_up.trouble) == ("reply", True)
        rider.says("二")
        assert (await rider.hears()).text == "二"


@pytest.mark.parametrize("mode", BOTH)
async def test_what_cannot_be_answered_is_tried_three_times_given_up_said_and_listed(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    rider, other = server.user("甲"), server.user("乙")
    talk.fails = 3
    async with channel(server, talk, tmp_path, mode) as running:
        rider.says("毒药问题")
        assert (await rider.hears()).text == BROKEN
        (given_up,) = parked(running.engine)
        assert (given_up.kind, given_up.trouble.split()[0]) == ("text", "RuntimeError")
        other.says("好的问题")
        assert (await other.hears()).text == "好的问题"
        talk.fails = 2
        rider.says("第三次就好")
        assert (await rider.hears()).text == "第三次就好"
    assert "毒药问题" not in caplog.text
    async with channel(server, talk, tmp_path, mode) as running:  # given up is given up
        rider.says("还在吗")
        assert (await rider.hears()).text == "还在吗"
        assert len(parked(running.engine)) == 1


async def test_updates_that_come_twice_or_in_disorder_are_applied_once_and_a_waiting_chat_in_order(
    talk: ScriptedTalk, tmp_path: Path
) -> None:
    with BotApi(replay=Replay(duplicates=0.3, reordered=0.3, seed=7)) as server:
        riders = [server.user(f"骑手{n}") for n in range(8)]
        said = {rider.id: [f"{rider.id}-{n}" for n in range(12)] for rider in riders}
        for n in range(12):
            for rider in riders:
                rider.says(said[rider.id][n])
        async with channel(server, talk, tmp_path):
            for rider in riders:
                assert [(await rider.hears()).text for _ in range(12)] == said[rider.id]
            await server.settled()
        assert (server.replay.copied > 5, server.replay.swapped > 5) == (True, True)
        assert sorted(talk.texts) == sorted(text for texts in said.values() for text in texts)
        assert server.faults == []


async def test_nothing_is_left_on_disk_of_what_was_answered(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user("王小明丙丁")
    async with channel(server, talk, tmp_path):
        rider.says("高温津贴的独特问法")
        await rider.hears()
        rider.says("我是党员，组织关系怎么转")
        await rider.hears()
        rider.says("打我电话 13912345678")
        await rider.hears()
        await until(lambda: count(tmp_path, "bot_inbox") + count(tmp_path, "bot_outbox") == 0, "all is done")
        assert found_on_disk(tmp_path, "王小明丙丁") == []  # no name is ever written
    assert found_on_disk(tmp_path, "高温津贴的独特问法") == []


async def test_membership_and_numbers_are_not_written_even_for_a_moment(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    talk.gate = asyncio.Event()
    async with channel(server, talk, tmp_path):
        for text in ("我是党员，组织关系怎么转", "打我电话 13912345678", "普通的问题"):
            rider.says(text)
        await until(lambda: count(tmp_path, "bot_inbox") == 3, "all are in")
        assert found_on_disk(tmp_path, "我是党员", "13912345678", "普通的问题") == ["普通的问题"]
        talk.gate.set()
        assert [(await rider.hears()).text for _ in range(3)] == ["我是党员，组织关系怎么转", "打我电话 13912345678", "普通的问题"]

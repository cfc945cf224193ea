"""RiderTalk on the shipped library: remembers a conversation, answers a repeated request alike, and answers without a database."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from bot.dialogue.alerting import Alerting
from bot.dialogue.commanding import Commands
from bot.dialogue.doing import Actions
from bot.dialogue.managing import Managing
from bot.dialogue.message import Message
from bot.dialogue.talking import RiderTalk
from bot.dialogue.wording import LANGUAGES, wording
from bot.people import People
from bot.storage.engine import open_engine
from bot.storage.people import PeopleRows
from bot.storage.store import Conversations, Ratings
from knowledge import Assistant, Reloader
from knowledge.stations import Stations
from knowledge.store import GapRows, ReleaseRows, StationTables
from tests.bot.commands import rows
from tests.bot.dialogue.housing import ManualClock, spoil

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
KEPT = timedelta(hours=24)
QUESTION = "公司拖了俩月工资,我想去劳动仲裁"
FOLLOW_UP = "那要交钱不"
UNANSWERABLE = "我老婆13812345678叫我问问下期彩票开什么号"
DANGER = "有人被车撞了,流了好多血,叫不醒"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "redstation.db")
    yield opened
    opened.dispose()


@pytest.fixture
def noting(shipped_data: Path, engine: Engine) -> Iterator[Assistant]:
    """An assistant on the shipped release whose gaps go to this test's own database; lexical answers do."""
    with_release = create_engine(f"sqlite:///{shipped_data / 'redstation.db'}")
    releases = ReleaseRows(with_release)

    def no_model() -> None:
        raise AssertionError("vectors are not wanted here")

    own = Assistant(Reloader(shipped_data / "releases", releases), releases, GapRows(engine), no_model, no_model)  # type: ignore[arg-type]
    own.open()
    yield own
    own.close()
    with_release.dispose()


def a_talk(assistant: Assistant, engine: Engine, clock: ManualClock) -> RiderTalk:
    people, stations = People(PeopleRows(engine), clock), Stations(StationTables(engine), clock)
    managing = Managing(people, stations, Alerting(people))
    commands, actions = Commands(people, managing), Actions(people, stations, managing)
    return RiderTalk(assistant, Conversations(engine, KEPT), Ratings(engine), clock, commands, actions)


@pytest.fixture
def talk(noting: Assistant, engine: Engine, clock: ManualClock) -> RiderTalk:
    return a_talk(noting, engine, clock)


def policies(message: Message) -> list[str]:
    return [chip.policy for chip in message.chips]


async def test_a_follow_up_is_understood_by_the_turns_before_it(talk: RiderTalk) -> None:
    alone = await talk.reply("someone else", FOLLOW_UP, "r0")
    await talk.reply("c", QUESTION, "r1")
    together = await talk.reply("c", FOLLOW_UP, "r2")
    assert together.kind == "answer"
    assert "仲裁" in together.body
    assert policies(alone) != policies(together)


async def test_a_restarted_service_goes_on_where_the_rider_was(
    noting: Assistant, talk: RiderTalk, engine: Engine, clock: ManualClock
) -> None:
    await talk.reply("c", QUESTION, "r1")
    assert "仲裁" in (await a_talk(noting, engine, clock).reply("c", FOLLOW_UP, "r2")).body


async def test_after_a_day_of_silence_a_conversation_begins_anew(talk: RiderTalk, clock: ManualClock) -> None:
    alone = await talk.reply("someone else", FOLLOW_UP, "r0")
    await talk.reply("c", QUESTION, "r1")
    clock.now += KEPT
    assert policies(await talk.reply("c", FOLLOW_UP, "r2")) == policies(alone)


async def test_the_same_request_gets_the_same_reply_and_leaves_one_gap(talk: RiderTalk, clock: ManualClock, tmp_path: Path) -> None:
    first = await talk.reply("c", UNANSWERABLE, "r1")
    assert first.kind == "refusal"
    clock.now += timedelta(minutes=1)
    assert await talk.reply("c", UNANSWERABLE, "r1") is first
    assert [row[0] for row in rows(tmp_path, "knowledge_gap")] == ["r1"]
    assert len(await asyncio.gather(*(talk.reply("c", UNANSWERABLE, "r2") for _ in range(5)))) == 5
    assert sorted(row[0] for row in rows(tmp_path, "knowledge_gap")) == ["r1", "r2"]


async def test_a_request_repeated_after_a_restart_leaves_one_gap(
    noting: Assistant, talk: RiderTalk, engine: Engine, clock: ManualClock, tmp_path: Path
) -> None:
    await talk.reply("c", UNANSWERABLE, "r1")
    await a_talk(noting, engine, clock).reply("c", UNANSWERABLE, "r1")
    assert len(rows(tmp_path, "knowledge_gap")) == 1


async def test_who_guesses_the_name_of_somebody_elses_request_does_not_get_their_reply(talk: RiderTalk) -> None:
    code = await talk.reply("tg:1", "/link", "tg:4711")
    assert "/link " in code.text
    assert (await talk.reply("a browser", "你好", "tg:4711")).kind == "smalltalk"
    assert (await talk.act("another", "profile:ask", "tg:4711")).text == wording("zh").say("profile.work")
    assert await talk.reply("tg:1", "/link", "tg:4711") is code


async def test_a_gap_holds_the_question_without_the_person(talk: RiderTalk, tmp_path: Path) -> None:
    await talk.reply("the-conversation", UNANSWERABLE, "r1")
    (row,) = rows(tmp_path, "knowledge_gap")
    assert "彩票" in str(row)
    assert "13812345678" not in str(row)
    assert "the-conversation" not in str(row)


async def test_what_was_answered_leaves_no_gap(talk: RiderTalk, tmp_path: Path) -> None:
    for n, text in enumerate((QUESTION, "你好", "附近哪里有驿站能歇脚", "充电")):
        assert (await talk.reply(f"c{n}", text, f"r{n}")).kind != "refusal"
    assert rows(tmp_path, "knowledge_gap") == []


async def test_small_talk_is_the_same_each_time(talk: RiderTalk) -> None:
    replies = [await talk.reply(f"c{n}", "你好呀师傅", f"r{n}") for n in range(4)]
    assert {reply.body for reply in replies} == {replies[0].body}
    assert replies[0].kind == "smalltalk"


async def test_every_answer_that_names_a_hotline_cites_its_policy(talk: RiderTalk) -> None:
    for n, text in enumerate((QUESTION, "送餐受伤了先做什么", "被骗了钱找谁", "高温津贴没发打哪个电话")):
        message = await talk.reply(f"c{n}", text, f"r{n}")
        for number in message.dial:
            assert any(number in chip.text or number in chip.title for chip in message.chips), (text, number)
            assert any(policy.startswith("hotline-") for policy in policies(message)), text


async def test_a_rating_knows_the_policies_it_is_about_and_the_last_one_counts(
    talk: RiderTalk, engine: Engine, tmp_path: Path
) -> None:
    message = await talk.reply("c", QUESTION, "r1")
    await talk.rate("r1", True)
    await talk.rate("r1", False)
    (row,) = rows(tmp_path, "bot_rating")
    assert row[2].split() == policies(message)
    assert Ratings(engine).counts() == (0, 1)


async def test_english_words_surround_chinese_policies_when_asked_for(talk: RiderTalk) -> None:
    message = await talk.reply("c", QUESTION, "r1", language="en")
    assert "\nSources\n" in message.text
    assert "仲裁" in message.body


async def test_a_location_is_nowhere_in_the_database(talk: RiderTalk, engine: Engine, tmp_path: Path) -> None:
    await talk.reply("c", "附近哪里有驿站能歇脚", "r1", (31.23047, 121.47374))
    await talk.reply("c", UNANSWERABLE, "r2", (31.23047, 121.47374))
    engine.dispose()
    assert b"31.23" not in (tmp_path / "redstation.db").read_bytes()


async def test_an_emergency_and_an_answer_come_through_a_broken_database(
    noting: Assistant, engine: Engine, clock: ManualClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine.dispose()
    spoil(tmp_path)
    talk = a_talk(noting, engine, clock)
    with caplog.at_level(logging.WARNING):
        danger = await talk.reply("c", DANGER, "r1")
        answer = await talk.reply("c", QUESTION, "r2")
        refusal = await talk.reply("c", UNANSWERABLE, "r3")
        await talk.rate("r2", True)
    assert danger.kind == "emergency"
    assert "120" in danger.dial
    assert (answer.kind, refusal.kind) == ("answer", "refusal")
    assert "not kept" in caplog.text
    assert "13812345678" not in caplog.text


async def test_an_emergency_does_not_wait_for_a_locked_database(noting: Assistant, clock: ManualClock, tmp_path: Path) -> None:
    waiting = create_engine(
        f"sqlite:///{tmp_path / 'redstation.db'}", connect_args={"timeout": 600}
    )  # outlasts the test's time-out
    with closing(sqlite3.connect(tmp_path / "redstation.db")) as other:
        other.execute("begin exclusive")
        message = await asyncio.wait_for(a_talk(noting, waiting, clock).reply("c", DANGER, "r1"), 60)
        other.rollback()
    assert message.kind == "emergency"
    waiting.dispose()


async def test_an_answer_survives_a_database_that_stays_locked(noting: Assistant, clock: ManualClock, tmp_path: Path) -> None:
    hasty = create_engine(f"sqlite:///{tmp_path / 'redstation.db'}", connect_args={"timeout": 0.05})
    with closing(sqlite3.connect(tmp_path / "redstation.db")) as other:
        other.execute("begin exclusive")
        assert (await a_talk(noting, hasty, clock).reply("c", QUESTION, "r1")).kind == "answer"
        other.rollback()
    hasty.dispose()


async def test_without_a_release_the_rider_is_told_and_given_the_numbers(
    engine: Engine, clock: ManualClock, tmp_path: Path
) -> None:
    releases = ReleaseRows(engine)
    empty = Assistant(Reloader(tmp_path / "releases", releases), releases, GapRows(engine), lambda: None, lambda _: None)  # type: ignore[arg-type,return-value]
    message = await a_talk(empty, engine, clock).reply("c", QUESTION, "r1")
    assert message.kind == "refusal"
    assert set(message.dial) == {"120", "110", "119"}
    assert "120" in message.text


@pytest.mark.parametrize("text", ["", " \n", "\ud83d", "\x00\u200b", "😀", "高温" * 5000, "'; drop table bot_conversation; --"])
async def test_nothing_a_rider_can_type_raises(talk: RiderTalk, text: str, tmp_path: Path) -> None:
    await talk.reply("c", "你好", "r0")
    message = await talk.reply("c", text, "r1")
    assert message.text
    await talk.reply("c", "然后呢\ud83d", "r2")
    assert len(rows(tmp_path, "bot_conversation")) == 1


async def test_after_twenty_messages_in_a_minute_a_rider_is_asked_to_wait_but_never_with_an_emergency(
    talk: RiderTalk, clock: ManualClock
) -> None:
    for number in range(20):
        assert (await talk.reply("c", "你好", f"r{number}")).text != wording("zh").say("limits.too_many")
    assert (await talk.reply("c", QUESTION, "r20")).text == wording("zh").say("limits.too_many")
    assert (await talk.act("c", "closed:x", "a20")).text == wording("zh").say("limits.too_many")
    assert (await talk.reply("someone else", QUESTION, "s1")).kind == "answer"
    for number in range(30):
        assert (await talk.reply("c", DANGER, f"d{number}")).kind == "emergency"
    assert (await talk.reply("c", "你好", "r3")).text != wording("zh").say("limits.too_many")  # a request sent again
    clock.now += timedelta(minutes=1)
    assert (await talk.reply("c", QUESTION, "r21")).kind == "answer"


async def test_what_was_put_off_is_answered_when_it_is_sent_again_later(talk: RiderTalk, clock: ManualClock) -> None:
    for number in range(20):
        await talk.reply("c", "你好", f"r{number}")
    assert (await talk.reply("c", QUESTION, "late")).kind == "smalltalk"
    clock.now += timedelta(minutes=1)
    assert (await talk.reply("c", QUESTION, "late")).kind == "answer"


async def test_an_emergency_is_seen_before_the_message_is_stored_and_replied_to_alike(talk: RiderTalk) -> None:
    card = talk.alarm("c", DANGER, "r1")
    assert card is not None
    assert await talk.reply("c", DANGER, "r1") is card
    assert talk.alarm("someone else", "你好", "r2") is None
    following = talk.alarm("c", "三楼楼梯口", "r3")
    assert following is not None
    assert "三楼楼梯口" in following.read_aloud


@pytest.mark.parametrize("language", LANGUAGES)
async def test_with_the_database_gone_answers_come_and_what_needs_it_says_so(
    noting: Assistant, engine: Engine, clock: ManualClock, tmp_path: Path, language: str
) -> None:
    talk, say = a_talk(noting, engine, clock), wording(language)
    engine.dispose()
    spoil(tmp_path)
    assert (await talk.reply("c", QUESTION, "r1", language=language)).kind == "answer"
    assert (await talk.reply("c", "附近哪里有驿站能歇脚", "r2", (31.23, 121.47), language)).kind == "stations"
    for number, command in enumerate(("/mydata", "/link", "/stop", "/manage", "/start ABCD-EFGH-JKMN-PQRS", "/link 12345678")):
        message = await talk.reply(f"c{number}", command, f"c{number}", language=language)
        assert message.text == say.say("error.broken"), command
        assert set(message.dial) == {"120", "110", "119"}
    for number, action in enumerate(("profile:work:truck", "mydata:erased", "language:en", "profile:area")):
        assert (await talk.act(f"c{number}", action, f"a{number}", language)).text == say.say("error.broken"), action
    for number, command in enumerate(("/start", "/help", "/lesson", "/profile", "/nonsense")):
        assert (await talk.reply(f"d{number}", command, f"d{number}", language=language)).text != say.say("error.broken")

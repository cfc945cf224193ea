"""Conversations and ratings on a real database: kept as long as promised, without numbers that belong to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.settings import load_settings
from bot.storage.engine import open_engine
from bot.storage.store import TURNS_KEPT, Conversations, Ratings
from tests.bot.commands import rows

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "redstation.db")
    yield opened
    opened.dispose()


@pytest.fixture
def conversations(engine: Engine) -> Conversations:
    return Conversations(engine, DAY)


def said(conversations: Conversations, identity: str, *turns: str, at: datetime = NOON) -> tuple[str, ...]:
    for turn in turns:
        conversations.remember(identity, conversations.turns(identity, at), turn, at)
    return conversations.turns(identity, at)


def test_turns_come_back_oldest_first_and_only_their_own(conversations: Conversations) -> None:
    assert said(conversations, "a", "工资拖了", "去哪告") == ("工资拖了", "去哪告")
    assert said(conversations, "b", "几度停工") == ("几度停工",)
    assert conversations.turns("a", NOON) == ("工资拖了", "去哪告")
    assert conversations.turns("nobody", NOON) == ()


def test_only_the_last_few_turns_are_kept(conversations: Conversations) -> None:
    turns = [f"第{n}句" for n in range(TURNS_KEPT + 3)]
    assert said(conversations, "a", *turns) == tuple(turns[-TURNS_KEPT:])


def test_a_conversation_is_read_for_24_hours_after_its_last_message_and_not_a_minute_longer(conversations: Conversations) -> None:
    said(conversations, "a", "先说", at=NOON - DAY)
    said(conversations, "a", "工资拖了", at=NOON - MINUTE)
    assert conversations.turns("a", NOON + DAY - 2 * MINUTE) == ("先说", "工资拖了")
    assert conversations.turns("a", NOON + DAY) == ()


def test_what_is_too_old_is_erased_and_nothing_else(conversations: Conversations, tmp_path: Path) -> None:
    said(conversations, "old", "一句旧话")
    said(conversations, "young", "一句新话", at=NOON + MINUTE)
    assert conversations.erase_old(NOON + DAY) == 1
    assert {row[0] for row in rows(tmp_path, "bot_conversation")} == {"young"}


def test_erased_words_are_gone_from_the_file_as_well(conversations: Conversations, engine: Engine, tmp_path: Path) -> None:
    said(conversations, "old", "石榴树下的悄悄话" * 5)
    engine.dispose()  # the last connection to close empties the log into the file
    assert "石榴树".encode() in b"".join(path.read_bytes() for path in tmp_path.glob("redstation.db*"))
    conversations.erase_old(NOON + DAY)
    engine.dispose()
    assert "石榴树".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("redstation.db*"))


def test_riders_are_told_the_time_that_is_the_default() -> None:
    assert load_settings().conversation_kept == DAY


def test_a_conversation_can_be_forgotten(conversations: Conversations, tmp_path: Path) -> None:
    said(conversations, "a", "工资拖了")
    conversations.forget("a")
    assert rows(tmp_path, "bot_conversation") == []


@pytest.mark.parametrize(
    ("turn", "secret"),
    [
        ("我电话13812345678,工资没发", "13812345678"),
        ("打 138 1234 5678 找我", "1234"),
        ("身份证34010119900101123X要交吗", "34010119900101"),
        ("卡号6222 0212 3456 7890 123被冻结", "6222"),
        ("我车牌皖A12345被拍了", "A12345"),
        ("邮箱li.si@example.com收不到", "example.com"),
    ],
)
def test_numbers_that_belong_to_a_person_are_never_stored(
    conversations: Conversations, tmp_path: Path, turn: str, secret: str
) -> None:
    (kept,) = said(conversations, "a", turn)
    assert secret not in kept
    assert "〔已隐去〕" in kept
    assert secret not in str(rows(tmp_path, "bot_conversation"))


@pytest.mark.parametrize("turn", ["气温40度了", "打12345还是12333", "2025年9月1日实施的", "罚200块", "25km/h"])
def test_the_figures_of_a_question_stay(conversations: Conversations, turn: str) -> None:
    assert said(conversations, "a", turn) == (turn,)


def test_a_turn_of_any_length_is_cut_before_it_is_stored(conversations: Conversations) -> None:
    (kept,) = said(conversations, "a", "长" * 10_000)
    assert len(kept) <= 300


def test_of_several_ratings_of_one_reply_the_last_counts(engine: Engine, tmp_path: Path) -> None:
    ratings = Ratings(engine)
    ratings.rate("r1", True, ["heat-stop-work-40", "hotline-12333"], NOON)
    ratings.rate("r1", False, [], NOON + MINUTE)
    ratings.rate("r2", True, [], NOON)
    assert ratings.counts() == (1, 1)
    by_request = {row[0]: row for row in rows(tmp_path, "bot_rating")}
    assert not by_request["r1"][1]
    assert by_request["r1"][2] == "heat-stop-work-40 hotline-12333"

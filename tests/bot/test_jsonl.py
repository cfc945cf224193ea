"""The JSON lines of the contract: what is read, what is refused, what comes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue.message import Chip, Message
from bot.jsonl import BadLine, read_question, reply_line
from knowledge.model import Location

GOOD = {"id": "good", "q": "几度停工"}


def line(**changed: object) -> str:
    held: Mapping[str, object] = GOOD | changed
    return json.dumps(held)


BAD_LINES = {
    "not JSON": "{",
    "a bare word": "高温几度停工",
    "no object": '["1", "q"]',
    "brackets without end": "[" * 100_000,
    "no id": '{"q": "x"}',
    "no question": '{"id": "1"}',
    "a number as id": line(id=1),
    "null as question": line(q=None),
    "history as one text": line(history="早先说的"),
    "history as false": line(history=False),
    "history of numbers": line(history=[1]),
    "a place in words": line(location="上海"),
    "half a place": line(location={"lat": 31}),
    "a place beyond the pole": line(location={"lat": 91, "lon": 0}),
    "a place that is no number": '{"id": "1", "q": "x", "location": {"lat": NaN, "lon": 0}}',
    "a place far too large": f'{{"id": "1", "q": "x", "location": {{"lat": 1{"0" * 400}, "lon": 0}}}}',
    "a time in words": line(now="昨天"),
    "a time that is a number": line(now=1700000000),
    "a time after the calendar": line(now="9999-12-31T23:59:59+00:00"),
    "a time before the calendar": line(now="0001-01-01T00:00:00+14:00"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_named_by_its_number(name: str) -> None:
    with pytest.raises(BadLine, match=r"^line 17\b") as caught:
        read_question(BAD_LINES[name], 17)
    assert "\n" not in str(caught.value)


def test_a_line_may_hold_no_more_than_an_id_and_a_question() -> None:
    item = read_question(line(), 1)
    assert (item.id, item.text, item.history, item.location, item.asked_at) == ("good", "几度停工", (), None, None)


def test_history_place_and_moment_are_read_as_they_stand() -> None:
    item = read_question(
        line(history=["先问的", "再问的"], location={"lat": 31, "lon": "121.5"}, now="2026-07-01T08:00:00+08:00"), 1
    )
    assert item.history == ("先问的", "再问的")
    assert item.location == Location(31.0, 121.5)
    assert item.asked_at == datetime(2026, 7, 1, 0, tzinfo=UTC)


def test_a_moment_without_a_zone_counts_as_utc() -> None:
    moment = read_question(line(now="2026-07-01T08:00:00"), 1).asked_at
    assert moment is not None
    assert moment.utcoffset() == timedelta(0)


def test_half_a_character_is_mended_wherever_it_stands() -> None:
    item = read_question(line(id="a\ud83d", q="停工\udc00", history=["\ud83d"]), 1)
    assert (item.id, item.text, item.history) == ("a?", "停工?", ("?",))


def test_a_reply_is_one_line_that_keeps_chinese_readable() -> None:
    chip = Chip("heat-stop", "40℃ 停工", "《办法》", "2012 起", "heat-stop#1", "到 40℃ 停工。")
    message = Message("answer", "到 40℃ 停工。\n\n依据", "到 40℃ 停工。", (chip,), release="r1", milliseconds=1.5)
    out = reply_line("甲", message)
    assert "\n" not in out
    assert "停工" in out
    assert json.loads(out) == {
        "id": "甲", "kind": "answer", "text": "到 40℃ 停工。\n\n依据", "release": "r1", "ms": 1.5,
        "citations": [{"policy": "heat-stop", "title": "40℃ 停工", "source": "《办法》", "passage": "heat-stop#1"}],
    }  # fmt: skip

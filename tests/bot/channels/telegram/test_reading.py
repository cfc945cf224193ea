"""Updates read: what becomes of each kind, what is not for us, and what is kept of it on disk."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.channels.telegram.addressing import Self
from bot.channels.telegram.arrivals import Arrival, restored
from bot.channels.telegram.reading import language_of, read
from bot.channels.telegram.stripping import stripped
from bot.storage.inbox import Row

ME = Self(7, "redstation_bot")
RIDER = {
    "id": 42,
    "is_bot": False,
    "first_name": "王小明",
    "last_name": "丙",
    "username": "secret_name",
    "language_code": "zh-hans",
}
PLACE = {"latitude": 31.823456, "longitude": 117.234567}
FILE = {"file_id": "f", "file_unique_id": "u"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 5, "from": RIDER, "chat": {"id": 42, "type": "private", "first_name": "王小明"}, "date": 1} | content


def arrived(**content: Any) -> Arrival | None:
    return read({"update_id": 9, "message": message(**content)}, ME)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"text": "你好"}, "text"),
        ({"photo": [FILE | {"width": 1, "height": 1}], "caption": "这算工伤吗"}, "text"),
        ({"location": PLACE}, "location"),
        ({"venue": {"location": PLACE, "title": "店", "address": "路"}, "location": PLACE}, "location"),
        ({"voice": FILE | {"duration": 1}}, "voice"),
        ({"video_note": FILE | {"duration": 1, "length": 1}}, "voice"),
        ({"photo": [FILE | {"width": 1, "height": 1}]}, "picture"),
        ({"document": FILE}, "other"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "sticker"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contact"),
    ],
)
def test_each_kind_is_told_apart(content: dict[str, Any], kind: str) -> None:
    found = arrived(**content)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "raw",
    [
        {"message": message(new_chat_members=[RIDER])},
        {"message": message(text="hi") | {"from": RIDER | {"is_bot": True}}},
        {"channel_post": message(text="hi")},
        {"edited_message": message(location=PLACE, edit_date=2)},  # a live location that moves
        {"message": message(pinned_message=message(text="old"))},
    ],
)
def test_what_is_not_for_us_is_left(raw: dict[str, Any]) -> None:
    assert read({"update_id": 9} | raw, ME) is None


def test_pictures_sent_together_are_one_album() -> None:
    found = arrived(photo=[FILE | {"width": 1, "height": 1}], media_group_id="album")
    assert found is not None
    assert found.album == "album"


@pytest.mark.parametrize("raw", [{}, {"update_id": "9"}, {"update_id": True}])
def test_what_has_no_number_is_no_update(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="number"):
        read(raw, ME)


@pytest.mark.parametrize(
    ("code", "language"), [(None, "zh"), ("", "zh"), ("zh-hans", "zh"), ("ZH-TW", "zh"), ("en", "en"), ("uk", "en")]
)
def test_chinese_is_spoken_with_whoever_does_not_say_otherwise(code: str | None, language: str) -> None:
    assert language_of(code) == language


def test_a_row_holds_no_name_no_place_and_comes_back_as_it_was() -> None:
    found = arrived(text="高温津贴")
    assert found is not None
    row = found.stored()
    assert json.loads(row.body) == {"kind": "text", "chat": 42, "text": "高温津贴", "message": 5}
    assert restored(row) == found
    located = arrived(location=PLACE)
    assert located is not None
    assert "31.8" not in located.stored().body
    assert restored(located.stored()).lost is True
    tap = Arrival(3, "tap", 42, query="q", data="a:x", keyboard=((("有用", "r:1:tg:1", ""), ("图", "", "https://a.cn")),))
    assert restored(tap.stored()) == tap


def test_a_row_of_another_version_is_told_apart() -> None:
    with pytest.raises((TypeError, ValueError)):
        restored(Row(1, "tg:1", "text", '{"kind": "text", "surprise": 1}'))


@pytest.mark.parametrize(
    "text",
    ["我是党员，组织关系怎么转", "我上个月刚入党", "本人预备党员转正要什么材料", "党费一直没交，我叫张三", "我的电话 138 0013 8000",
     "身份证34010119900101001X",
     "I am a party member", "/register", "/mydata"],
)  # fmt: skip
def test_what_looks_like_membership_or_a_number_is_not_stored(text: str) -> None:
    assert stripped(text) == ("", True)


@pytest.mark.parametrize(
    "text", ["党员报到是什么", "高温津贴多少钱", "我在三楼", "12333 是什么电话", "/start", "支部在哪开会", "转 5 元"]
)
def test_an_ordinary_question_is_stored_whole(text: str) -> None:
    assert stripped(text) == (text, False)

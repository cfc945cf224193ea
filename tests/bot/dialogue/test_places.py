"""Stations in words, as they are read aloud: how far, open until when, and what is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.dialogue.message import Message
from bot.dialogue.places import first_aid, station_answer
from bot.dialogue.wording import LANGUAGES, wording
from knowledge.emergency.cards import shipped_cards
from knowledge.model import Location
from knowledge.stations.model import Closure, Found, Opening, OpenState, Place, StationAnswer, Wish
from knowledge.stations.services import CANONICAL
from tests.bot.dialogue.housing import NOON, PHONE, TOWN

ALPHA, BARE = TOWN[0], TOWN[2]
OPEN, CLOSED, UNKNOWN = Opening(OpenState.OPEN), Opening(OpenState.CLOSED), Opening(OpenState.UNKNOWN)


def until(hours: float, state: OpenState = OpenState.OPEN) -> Opening:
    return Opening(state, NOON + timedelta(hours=hours))


def told(
    *found: Found, wish: Wish | None = None, place: str = "", shut: bool = False, now: datetime = NOON, language: str = "zh"
) -> Message:
    return station_answer(StationAnswer(found, wish or Wish(), place, shut=shut), wording(language), now)


def line(found: Found, number: int, **more: object) -> str:
    return told(found, **more).stations[0].lines[number]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metres", "minutes", "words"),
    [
        (3, 0, "红色驿站，约 10 米，走路约 1 分钟"), (146, 3, "红色驿站，约 150 米，走路约 3 分钟"),
        (994, 17, "红色驿站，约 990 米，走路约 17 分钟"), (1000, 18, "红色驿站，约 1.0 公里，走路约 18 分钟"),
        (3618, 63, "红色驿站，约 3.6 公里"), (None, None, "红色驿站，安徽省 合肥市 蜀山区"),
    ],
)  # fmt: skip
def test_a_distance_is_round_and_nobody_is_told_to_walk_an_hour(metres: float | None, minutes: int | None, words: str) -> None:
    assert line(Found(ALPHA, metres, minutes, OPEN), 0) == words


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        (until(10), "现在开着，到 22:00"), (until(12), "现在开着，到 24:00"), (until(18), "现在开着，到明天 06:00"),
        (until(60), "现在开着，到 11-23 00:00"), (OPEN, "现在开着"), (replace(OPEN, always=True), "登记 24 小时开放"),
        (until(4, OpenState.CLOSED), "现在关着，16:00 开门"), (until(21, OpenState.CLOSED), "现在关着，明天 09:00 开门"),
        (until(69, OpenState.CLOSED), "现在关着，11-23 09:00 开门"), (CLOSED, "现在关着"), (UNKNOWN, "没有登记开放时间"),
    ],
)  # fmt: skip
def test_a_door_says_until_when(opening: Opening, words: str) -> None:
    assert line(Found(ALPHA, 100, 2, opening), 1) == words


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        (until(18), "那时候开着，到明天 06:00"), (until(20, OpenState.CLOSED), "那时候关着，明天 08:00 开门"),
        (OPEN, "那时候开着"), (CLOSED, "那时候关着"),
    ],
)  # fmt: skip
def test_another_time_is_spoken_of_as_that_time(opening: Opening, words: str) -> None:
    at_two = Wish(at=NOON + timedelta(hours=14), open_only=True)
    assert line(Found(ALPHA, 100, 2, opening), 1, wish=at_two) == words


@pytest.mark.parametrize(
    ("hours", "reason", "words"),
    [
        (None, "", "站长说暂时关门，什么时候开等通知"), (12, "", "站长说今天关门"), (12, "停电", "站长说今天关门（停电）"),
        (3, "", "站长说暂时关门，到 15:00"), (21, "检修", "站长说暂时关门，到明天 09:00（检修）"),
    ],
)  # fmt: skip
def test_a_closure_overrides_the_hours(hours: float | None, reason: str, words: str) -> None:
    ends = None if hours is None else NOON + timedelta(hours=hours)
    found = Found(ALPHA, 100, 2, until(10), Closure("hf-01", ends, reason, "account", NOON))
    assert line(found, 1) == words
    card = told(found).stations[0]
    assert (card.state, card.open_until) == ("closed", "")


def test_a_card_holds_what_is_registered_and_invents_nothing() -> None:
    full, bare = told(Found(ALPHA, 146, 3, until(10)), Found(BARE, 900, 16, UNKNOWN)).stations
    assert full.lines == (
        "红色驿站，约 150 米，走路约 3 分钟", "现在开着，到 22:00", "登记能：喝水、歇脚、热饭、拿应急药", "地址：样例路1号",
        "2026-10-01 确认过",
    )  # fmt: skip
    assert (full.state, full.distance_m, full.open_until) == ("open", 146, "2026-11-20T22:00:00+08:00")
    assert [(button.label, button.kind) for button in full.buttons] == [
        ("高德导航", "url"), ("百度地图", "url"), ("手机地图", "url"), (f"打电话 {PHONE}", "dial"), ("这里关门了", "act"),
    ]  # fmt: skip
    assert bare.lines == (
        "工会驿站，约 900 米，走路约 16 分钟",
        "没有登记开放时间",
        "登记能：喝水、给手机充电、上厕所",
        "没登记确认日期",
    )
    assert {button.kind for button in bare.buttons} == {"url", "act"}
    assert bare.state == "unknown"


@pytest.mark.parametrize(
    ("wish", "place", "shut", "words"),
    [
        (Wish(), "", False, "离你近的站："), (Wish(), "蜀山区", False, "蜀山区的站："),
        (Wish(), "合肥南站", False, "合肥南站附近的站："),
        (Wish(("热饭", "饮水")), "", False, "离你近的、登记能热饭、喝水的站："),
        (Wish(kinds=("司机之家",)), "", False, "离你近的司机之家："),
        (Wish(("洗澡",), ("司机之家",)), "合肥市", False, "合肥市的、登记能洗澡的司机之家："),
        (Wish(unclear=("手机充电", "电动车充电")), "", False, "离你近的、登记能给手机充电或给电动车充电的站："),
        (Wish(open_only=True), "", False, "离你近的、现在开着的站："),
        (Wish(("热饭",), open_only=True), "蜀山区", False, "蜀山区的、现在开着的、登记能热饭的站："),
        (Wish(open_only=True), "", True, "这会儿没有登记开着的。离你近的站："),
        (Wish(at=NOON + timedelta(hours=14), open_only=True), "庐阳区", False, "按明天 02:00 算，庐阳区的站："),
        (Wish(at=NOON + timedelta(hours=6), open_only=True), "庐阳区", False, "按 18:00 算，庐阳区的站："),
        (Wish(at=NOON + timedelta(hours=14), open_only=True), "", True, "明天 02:00 没有登记开着的。离你近的站："),
    ],
)  # fmt: skip
def test_the_first_line_says_which_stations_these_are(wish: Wish, place: str, shut: bool, words: str) -> None:
    assert told(Found(ALPHA, 100, 2, OPEN), wish=wish, place=place, shut=shut).body == words


@pytest.mark.parametrize(
    ("wish", "place", "words"),
    [
        (Wish(), "", "离你近的站，名册里没有。"), (Wish(("洗澡",)), "蜀山区", "蜀山区的、登记能洗澡的站，名册里没有。"),
        (Wish(("应急药品",)), "", "离你近的、登记能拿应急药的站，名册里没有。"),
    ],
)  # fmt: skip
def test_where_nothing_is_registered_that_is_said_and_where_else_to_look(wish: Wish, place: str, words: str) -> None:
    message = told(wish=wish, place=place)
    assert message.body.startswith(words)
    assert "高德" in message.body
    assert message.stations == ()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(), "找驿站，行。"), (Wish(("热饭",)), "找能热饭的地方，行。"), (Wish(("如厕",)), "找能上厕所的地方，行。"),
        (Wish(kinds=("司机之家",)), "找司机之家，行。"), (Wish(("洗澡",), ("司机之家",)), "找能洗澡的司机之家，行。"),
    ],
)  # fmt: skip
def test_who_did_not_say_where_is_asked_in_the_words_of_the_wish(wish: Wish, words: str) -> None:
    message = station_answer(StationAnswer((), wish, needs_location=True), wording("zh"), NOON)
    assert message.asks_location
    assert message.body.startswith(words)


def test_charging_is_asked_back_with_options_that_can_be_sent_in_any_language() -> None:
    answer = StationAnswer((), Wish(unclear=("手机充电", "电动车充电")), needs_location=True)
    for language in LANGUAGES:
        message = station_answer(answer, wording(language), NOON)
        assert message.quick_replies == ("附近哪里能给手机充电", "附近哪里能给电动车充电")
        assert all(f"· {option}" in message.text for option in message.quick_replies)


def test_a_name_of_several_places_is_asked_back_with_their_areas() -> None:
    places = tuple(
        Place("万达广场", "landmark", area, Location(31.8, 117.2), 0.0, frozenset())
        for area in ("安徽省/合肥市/庐阳区", "宁夏回族自治区/银川市/金凤区")
    )
    message = station_answer(StationAnswer((), Wish(), options=places), wording("zh"), NOON)
    assert message.quick_replies == ("安徽省 合肥市 庐阳区 万达广场", "宁夏回族自治区 银川市 金凤区 万达广场")
    assert message.body == "有几个地方都叫这个，你在哪个？点一个，或者发定位。"


def test_a_year_without_published_holidays_is_named() -> None:
    found = Found(ALPHA, 100, 2, replace(until(10), holidays_known=False))
    assert "2026 年的放假安排还没公布" in told(found).body
    assert "2027 年的放假安排还没公布" in told(found, wish=Wish(at=NOON + timedelta(days=60))).body
    assert "放假安排" not in told(Found(ALPHA, 100, 2, until(10))).body


def test_a_demonstration_says_so_and_cannot_be_reported() -> None:
    demo = told(Found(replace(ALPHA, demo=True, phone=""), 100, 2, OPEN))
    assert "演示站" in demo.body
    assert "别真去" in demo.text
    assert "act" not in {button.kind for button in demo.stations[0].buttons}
    assert "演示站" not in told(Found(ALPHA, 100, 2, OPEN)).body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("opening", [OPEN, CLOSED, UNKNOWN, until(10), until(18), until(60), until(20, OpenState.CLOSED)])
def test_nothing_is_left_open_in_the_words_and_every_card_stands_in_the_plain_text(language: str, opening: Opening) -> None:
    for wish in (
        Wish(),
        Wish(("热饭",), ("司机之家",), NOON + timedelta(hours=14), True),
        Wish(unclear=("手机充电", "电动车充电")),
    ):
        message = told(Found(ALPHA, 100, 2, opening), Found(BARE, None, None, opening), wish=wish, language=language)
        assert not re.search(r"[{}]|None|  [^ ]", message.text.replace("\n   ", "\n"))
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]", message.text) or language == "en"
        for number, card in enumerate(message.stations, 1):
            assert f"{number}. {card.name}" in message.text
            assert all(one in message.text for one in card.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_has_words_and_one_without_words_stands_as_it_was_registered(language: str) -> None:
    assert {service for service in CANONICAL if f"service.{service}" not in wording(language)} == set()
    unheard_of = told(Found(replace(ALPHA, services=("母婴室",)), 100, 2, OPEN), language=language)
    assert any("母婴室" in one for one in unheard_of.stations[0].lines)


def aid(card: str, found: Found | None, language: str = "zh") -> Message:
    return first_aid(shipped_cards()[card], found, wording(language), NOON)


def test_a_location_after_a_card_leads_to_first_aid_and_is_no_call_for_help() -> None:
    message = aid("unconscious", Found(ALPHA, 146, 3, until(10)))
    assert message.body == "120 看不到你发的位置，电话里要说出来：地名、路名、旁边的店。\n\n离你最近、登记有药箱或 AED 的站："
    assert [card.id for card in message.stations] == ["hf-01"]
    assert message.text.endswith("三里庵红色驿站\n" + "\n".join(f"   {one}" for one in message.stations[0].lines))
    assert message.dial[0] == "120"


def test_where_no_first_aid_is_near_nobody_is_sent_looking_for_it() -> None:
    message = aid("unconscious", None)
    assert "名册里没有登记药箱的站" in message.body
    assert message.stations == ()


@pytest.mark.parametrize("card", ["violence", "self_harm"])
def test_a_medicine_chest_is_not_offered_where_it_may_harm(card: str) -> None:
    message = aid(card, Found(ALPHA, 146, 3, until(10)))
    assert message.stations == ()
    assert "药" not in message.text
    assert message.dial == shipped_cards()[card].numbers

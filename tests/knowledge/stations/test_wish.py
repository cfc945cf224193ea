"""A rider's words for what a station should have and when it should be open."""

from __future__ import annotations

import pytest

from knowledge.stations.wish import parse
from tests.knowledge.stations.housing import at

NOW = at("2026-11-20T14:10")  # a Friday


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("能热饭的", "热饭"), ("想尿尿", "如厕"), ("手机没电", "手机充电"), ("附近有没有厕所", "如厕"), ("电动车没电了",
        "电动车充电"), ("大车停哪里", "货车停车"),
        ("渴死了", "饮水"), ("下雨了躲哪", "避雨"), ("洗个热水澡", "洗澡"), ("创可贴哪有", "应急药品"), ("找个能吹空调的地方歇歇",
        "避暑 休息"), ("冻死了哪能暖和暖和", "取暖"),
        ("接点热水喝", "饮水"), ("哪里能打气补胎", "维修工具"), ("借把伞", "雨具"), ("饭凉了咋整", "热饭"), ("给车充电",
        "电动车充电"), ("换块电池", "换电"),
        ("憋不住了哪有茅房", "如厕"), ("想眯一会", "休息"), ("手机只剩5%了", "手机充电"), ("有wifi没", "Wi-Fi"), ("有没有地方剪头",
        "理发"), ("附近驿站", ""), ("充电宝", "手机充电"),
        ("停工了怎么办", ""), ("不用充电就想喝口水", "饮水"), ("不要洗澡的,能热饭就行", "热饭"), ("能洗澡能停大车的",
        "洗澡 货车停车"), ("我渴望休假", ""), ("除颤器在哪", "AED"),
    ],
)  # fmt: skip
def test_services_are_understood(text: str, services: str) -> None:
    assert set(parse(text, NOW).services) == set(services.split())


def test_charging_alone_may_mean_two_things() -> None:
    assert parse("哪里可以充电", NOW).unclear == ("手机充电", "电动车充电")
    for text in ("手机充电", "电动车充电", "充电宝", "换电", "不用充电", "附近驿站"):
        assert parse(text, NOW).unclear == (), text


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("司机之家在哪", "司机之家"), ("党群中心开门没", "党群服务中心"), ("附近的工会驿站", "工会驿站"), ("户外劳动者驿站",
    "工会驿站"), ("红驿站", "红色驿站"), ("附近驿站", "")],
)  # fmt: skip
def test_kinds_are_understood(text: str, kinds: str) -> None:
    assert parse(text, NOW).kinds == tuple(kinds.split())


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("半夜两点还开门的", "2026-11-21T02:00"), ("明早六点", "2026-11-21T06:00"), ("今晚十点有地方歇会吗", "2026-11-20T22:00"),
        ("凌晨三点开着的", "2026-11-21T03:00"),
        ("后天下午3点半开吗", "2026-11-22T15:30"), ("今晚两点", "2026-11-21T02:00"), ("周六上午开门吗", "2026-11-21T10:00"),
        ("下午三点半", "2026-11-20T15:30"),
        ("6点开门的吗", "2026-11-20T18:00"), ("晚上12点", "2026-11-21T00:00"), ("中午12点", "2026-11-21T12:00"), ("早上8点开吗",
        "2026-11-21T08:00"),
        ("22:30还开吗", "2026-11-20T22:30"), ("下周一早上8点", "2026-11-23T08:00"), ("晚上九点一刻", "2026-11-20T21:15"), ("明天",
        "2026-11-21T12:00"),
        ("夜里还开门不", "2026-11-21T01:00"), ("周五上午", "2026-11-27T10:00"), ("大后天", "2026-11-23T12:00"), ("清早能进去不",
        "2026-11-21T07:00"),
    ],
)  # fmt: skip
def test_times_are_understood(text: str, moment: str) -> None:
    wish = parse(text, NOW)
    assert wish.at == at(moment)
    assert wish.open_only


@pytest.mark.parametrize("text", ["现在还开着的", "下午开着的", "还开门不", "这会能进去的", "24小时的驿站"])
def test_now_is_now(text: str) -> None:
    wish = parse(text, NOW)
    assert (wish.at, wish.open_only) == (None, True)


def test_this_night_said_after_midnight_is_the_same_night() -> None:
    assert parse("今晚两点还开吗", at("2026-11-21T01:00")).at == at("2026-11-21T02:00")
    assert parse("半夜还开着的", at("2026-11-21T01:00")).at is None


def test_around_the_clock_is_a_wish_of_its_own() -> None:
    assert parse("有没有24小时的", NOW).always
    assert parse("通宵开的驿站", NOW).always
    assert not parse("晚上开的驿站", NOW).always


@pytest.mark.parametrize("text", ["附近驿站", "哪里能喝水", "找个厕所", "最近的工会驿站怎么走"])
def test_who_names_no_time_also_hears_of_closed_doors(text: str) -> None:
    wish = parse(text, NOW)
    assert (wish.at, wish.open_only, wish.always) == (None, False, False)


def test_a_glossary_adds_words_of_its_own() -> None:
    assert parse("蹭口阴凉", NOW, {"蹭口阴凉": "避暑", "众包": "众包骑手"}).services == ("避暑",)

"""A wish for a place in several messages: what, where, when, and what a rider sends instead of words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.app import Application
from bot.dialogue.message import Message
from bot.dialogue.wording import wording
from knowledge.stations.hours import CHINA
from tests.bot.dialogue.conftest import Meet
from tests.bot.dialogue.housing import FAR_AWAY, NEAR_ALPHA, ManualClock

ZH = wording("zh")
FAINTED = "有人晕倒了叫不醒"


def ids(message: Message) -> list[str]:
    assert message.kind == "stations", message.text
    return [card.id for card in message.stations]


async def test_what_then_where_then_when(meet: Meet) -> None:
    rider = meet()
    assert (await rider.says("哪有能热饭的")).text.startswith("找能热饭的地方，行。")
    named = await rider.says("三里庵")
    assert ids(named) == ["hf-01", "hf-02"]
    assert named.body == "三里庵地铁站附近的、登记能热饭的站："
    now = await rider.says("现在开着的呢")
    assert ids(now) == ["hf-01", "hf-02"]
    assert now.body == "三里庵地铁站附近的、现在开着的、登记能热饭的站："
    assert ids(await rider.says("有厕所的吗")) == ["hf-02"]  # hf-03 may be open, but nobody registered that


async def test_what_is_open_now_changes_with_the_hour(meet: Meet, clock: ManualClock) -> None:
    clock.now = datetime(2026, 11, 20, 23, 30, tzinfo=CHINA)
    rider = meet()
    await rider.says("附近哪有驿站")
    assert "hf-03" in ids(await rider.says("庐阳区"))
    assert ids(await rider.says("现在开着的呢")) == ["hf-04"]


async def test_when_then_where(meet: Meet) -> None:
    rider = meet()
    assert (await rider.says("半夜两点还开门的驿站")).asks_location
    found = await rider.says("合肥")
    assert sorted(ids(found)) == ["hf-02", "hf-04"]
    assert found.body == "按明天 02:00 算，合肥市的站："
    assert "那时候开着，到明天 06:00" in found.text


async def test_a_location_after_a_wish_is_measured_from(meet: Meet) -> None:
    rider = meet()
    await rider.says("附近哪里能热饭")
    found = await rider.sends(NEAR_ALPHA)
    assert ids(found)[0] == "hf-01"
    assert found.body == "离你近的、登记能热饭的站："
    assert found.stations[0].lines[0].startswith("红色驿站，约 180 米")


async def test_a_location_alone_shows_what_is_near(meet: Meet) -> None:
    assert ids(await meet("tg:1").sends(NEAR_ALPHA))[0] == "hf-01"
    far = await meet("tg:2").sends(FAR_AWAY)
    assert far.text.startswith("离你近的站，名册里没有。")
    assert far.stations == ()


async def test_a_place_alone_shows_its_stations(meet: Meet) -> None:
    for number, (text, expected) in enumerate(
        (("蜀山区", "hf-01"), ("我在合肥南站附近", "hf-02"), ("览山公园", "yc-01"), ("合肥", "hf-01"))
    ):
        assert expected in ids(await meet(f"tg:{number}").says(text)), text


async def test_a_place_after_a_question_of_another_kind_does_not_turn_the_talk_to_stations(meet: Meet) -> None:
    rider = meet()
    await rider.says("公司拖了俩月工资,我想去劳动仲裁")
    assert (await rider.says("那要交钱不")).kind == "answer"


async def test_a_new_wish_is_not_measured_from_the_place_before(meet: Meet) -> None:
    rider = meet()
    await rider.says("三里庵附近哪能热饭")
    assert (await rider.says("附近哪里能上厕所")).asks_location


async def test_a_name_of_two_places_is_asked_back_and_the_tap_keeps_the_wish(meet: Meet) -> None:
    rider = meet()
    asked = await rider.says("万达广场附近哪里能取暖")
    assert len(asked.quick_replies) == 2
    (yinchuan,) = [option for option in asked.quick_replies if "银川" in option]
    found = await rider.says(yinchuan)
    assert ids(found) == ["yc-01"]
    assert found.body == "万达广场附近的、登记能取暖的站："


async def test_charging_is_asked_back_and_either_will_do_where_the_place_is_known(meet: Meet) -> None:
    rider = meet()
    asked = await rider.says("附近哪能充电")
    assert asked.quick_replies == ("附近哪里能给手机充电", "附近哪里能给电动车充电")
    await rider.says(asked.quick_replies[1])
    assert ids(await rider.sends(NEAR_ALPHA)) == ["hf-04"]
    either = await meet("tg:2").says("庐阳区附近哪能充电")
    assert sorted(ids(either)) == ["hf-03", "hf-04"]
    assert either.body == "庐阳区的、登记能给手机充电或给电动车充电的站："


async def test_a_location_after_a_card_leads_to_the_nearest_first_aid(meet: Meet) -> None:
    rider = meet()
    card = await rider.says(FAINTED)
    assert [button.kind for button in card.buttons] == ["locate"]
    aid = await rider.sends(NEAR_ALPHA)
    assert ids(aid) == ["hf-01"]
    assert aid.body.startswith("120 看不到你发的位置")
    assert aid.dial[0] == "120"
    assert ids(await rider.sends(NEAR_ALPHA)) == ["hf-01"]  # sent again
    assert (await rider.says("谢谢")).kind == "smalltalk"


async def test_a_location_after_a_card_is_under_no_limit(meet: Meet) -> None:
    rider = meet()
    for _ in range(25):
        await rider.says("你好")
    assert (await rider.says(FAINTED)).kind == "emergency"
    assert ids(await rider.sends(NEAR_ALPHA)) == ["hf-01"]


async def test_who_asks_for_something_else_after_a_card_gets_that(meet: Meet) -> None:
    rider = meet()
    await rider.says(FAINTED)
    assert ids(await rider.says("附近哪里能上厕所", at=NEAR_ALPHA))[0] != "hf-01"


async def test_after_ten_minutes_a_location_is_a_location(meet: Meet, clock: ManualClock) -> None:
    rider = meet()
    await rider.says(FAINTED)
    clock.now += timedelta(minutes=11)
    assert len(ids(await rider.sends(NEAR_ALPHA))) == 3


@pytest.mark.parametrize("text", [FAINTED, "有人要跳楼不想活了"])
async def test_first_aid_is_never_a_demonstration_and_nothing_to_be_sent_looking_for(
    meet: Meet, app: Application, clock: ManualClock, text: str
) -> None:
    for station in ("hf-01", "hf-02"):
        app.stations.close_now(station, None, "", "somebody", f"close {station}")
    rider = meet()
    await rider.says(text)
    aid = await rider.sends(NEAR_ALPHA)
    assert aid.stations == ()
    assert "看不到你发的位置" in aid.text
    assert aid.dial[0] == "120"

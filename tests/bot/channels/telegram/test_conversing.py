"""What riders send and what they hear, by polling and by webhook alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.dialogue.message import Button, Message
from bot.dialogue.wording import wording
from tests.bot.channels.telegram.running import BOTH, channel, found_on_disk, until
from tests.bot.channels.telegram.scripted import ScriptedTalk
from tests.botapi.server import BotApi

pytestmark = pytest.mark.parametrize("mode", BOTH)
ZH = wording("zh")


async def test_a_question_is_answered(server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str) -> None:
    rider = server.user("小李")
    async with channel(server, talk, tmp_path, mode):
        rider.says("高温津贴多少钱")
        assert (await rider.hears()).text == "高温津贴多少钱"
        await server.settled()
    assert talk.asked == [(f"tg:{rider.id}", "高温津贴多少钱", None, "zh")]


async def test_the_language_is_the_one_chosen_else_that_of_the_phone(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str
) -> None:
    english, french, nobody = server.user("Amy", "en"), server.user("Luc", "fr"), server.user("王", "")
    chosen = {f"tg:{french.id}": "zh"}
    async with channel(server, talk, tmp_path, mode, chosen.get):
        for rider in (english, french, nobody):
            rider.says("hello")
            await rider.hears()
    assert [language for _, _, _, language in talk.asked] == ["en", "zh", "zh"]


async def test_a_location_is_used_and_written_nowhere(server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str) -> None:
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        rider.sends_location(31.823456, 117.234567)
        assert (await rider.hears()).text == "到 1 号驿站"
        assert talk.asked == [(f"tg:{rider.id}", ZH.say("telegram.location"), (31.823456, 117.234567), "zh")]
        assert found_on_disk(tmp_path, "31.82345", "117.23456") == []
        assert found_on_disk(tmp_path, "bot_inbox") == ["bot_inbox"]  # it looks where things are written


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "contact"])
async def test_what_cannot_be_read_gets_a_kind_line(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str, kind: str
) -> None:
    rider = server.user()
    sends: dict[str, Callable[[], object]] = {
        "voice": rider.sends_voice, "photo": rider.sends_photo, "sticker": rider.sends_sticker,
        "contact": lambda: rider.sends_contact("+8613800138000"),
    }  # fmt: skip
    async with channel(server, talk, tmp_path, mode):
        sends[kind]()
        heard = await rider.hears()
        assert heard.text == ZH.say(f"telegram.{'picture' if kind == 'photo' else kind}")
        assert found_on_disk(tmp_path, "13800138000") == []
    assert talk.asked == []


async def test_a_picture_with_a_question_under_it_is_answered(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str
) -> None:
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        rider.sends_photo(caption="这算工伤吗")
        assert (await rider.hears()).text == "这算工伤吗"


async def test_an_edited_question_is_answered_anew_once(server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str) -> None:
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        said = rider.says("高问津贴")
        await rider.hears()
        rider.edits(said, "高温津贴")
        again = await rider.hears()
        assert again.text == "高温津贴"
        assert again.message["reply_to_message"]["message_id"] == said.message_id
        rider.edits(said, "高温津贴")  # Telegram reports edits that leave the words alone
        rider.says("好")
        await rider.hears()
    assert talk.texts == ["高问津贴", "高温津贴", "好"]


async def test_buttons_that_say_something_are_answered_as_if_it_was_typed(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str
) -> None:
    long = "送餐路上被别人的车撞了，对方跑了，平台说不归他们管，我该先找谁" * 2
    talk.script["有啥"] = Message("clarify", "想问哪件？", "", quick_replies=("短的", long))
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        rider.says("有啥")
        await rider.hears()
        tap = rider.taps("短的")
        assert (await rider.hears()).text == "短的"
        assert await rider.sees_answer(tap) == ""
    async with channel(server, talk, tmp_path, mode):  # what a long button says survives a restart
        rider.taps(long[:120])
        assert (await rider.hears()).text == long


async def test_buttons_that_do_something_do_it(server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str) -> None:
    station = "closed:" + "长站点编号" * 8
    talk.script["站"] = Message(
        "stations", "演示驿站 01", "",
        buttons=(Button("这里关门了", "act", station), Button("高德", "url", "https://uri.amap.com/x?a=1&b=2"),
                 Button("地图", "url", "geo:31.8,117.2"), Button("打电话", "dial", "05511234567"), Button("本机", "url", "http://localhost/x")),
    )  # fmt: skip
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        rider.says("站")
        heard = await rider.hears()
        assert [(one.text, bool(one.url)) for one in heard.buttons] == [("这里关门了", False), ("高德", True)]
        assert heard.text == "演示驿站 01\n打电话 05511234567"
        rider.taps("这里关门了")
        assert (await rider.hears()).text == f"做了 {station}"
    assert talk.acted == [(f"tg:{rider.id}", station)]


async def test_a_rating_is_kept_shown_and_can_be_changed(server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str) -> None:
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        rider.says("高温")
        heard = await rider.hears()
        assert [one.text for one in heard.buttons] == ["有用", "没用"]
        tap = rider.taps("有用")
        assert await rider.sees_answer(tap) == ZH.say("telegram.thanks")
        assert [one.text for one in (await rider.sees_edit()).buttons] == ["✓ 有用", "没用"]
        (request,) = talk.ratings
        assert talk.ratings == {request: True}
        rider.taps("没用")
        assert [one.text for one in (await rider.sees_edit()).buttons] == ["有用", "✓ 没用"]
        tap = rider.taps("✓ 没用")
        assert await rider.sees_answer(tap) == ZH.say("telegram.thanks")
    assert talk.ratings == {request: False}
    assert request.startswith("tg:")


async def test_who_is_asked_where_they_are_gets_a_button_for_it(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str
) -> None:
    talk.script["/station"] = Message("stations", "告诉我你在哪", "", quick_replies=("包河区",), asks_location=True)
    talk.script["附近"] = Message("stations", "你在哪", "", asks_location=True, buttons=(Button("关了", "act", "x"),))
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        rider.says("/station")
        heard = await rider.hears()
        assert (heard.text, heard.buttons, rider.keyboard) == ("告诉我你在哪", [], [ZH.say("telegram.locate"), "包河区"])
        rider.presses("包河区")
        assert (await rider.hears()).text == "包河区"
        rider.says("附近")
        assert [one.text for one in (await rider.hears()).buttons] == ["关了"]
        assert (await rider.hears()).text == ZH.say("telegram.share")
        assert rider.keyboard == [ZH.say("telegram.locate")]


async def test_a_long_answer_comes_in_parts_in_order_with_its_buttons_at_the_end(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str
) -> None:
    text = "\n\n".join(f"第{n}步。" + "带上身份证、接单记录、工资流水和聊天截图。" * 20 for n in range(1, 25))
    talk.script["怎么办"] = Message("answer", text, text, rateable=True)
    rider = server.user()
    async with channel(server, talk, tmp_path, mode):
        rider.says("怎么办")
        parts = [await rider.hears() for _ in range(3)]
        assert "\n\n".join(part.text for part in parts) == text
        assert [len(part.buttons) for part in parts] == [0, 0, 2]


async def test_the_command_menu_stands_in_both_languages(server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str) -> None:
    async with channel(server, talk, tmp_path, mode):
        await until(lambda: len(server.calls("setMyCommands")) == 3, "three menus")
    menus = {call.given.get("language_code", ""): call.given["commands"] for call in server.calls("setMyCommands")}
    assert set(menus) == {"", "zh", "en"}
    named = ["start", "help", "station", "lesson", "register", "notice", "mydata", "stop", "language"]
    assert all([one["command"] for one in menu] == named for menu in menus.values())
    assert menus[""] == menus["zh"] != menus["en"]

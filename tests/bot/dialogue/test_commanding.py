"""Messages that begin with a slash: in both languages, in private and in groups, for one person in two channels."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.app import Application
from bot.dialogue.commanding import MENU, PRIVATE
from bot.dialogue.message import Message
from bot.dialogue.wording import LANGUAGES, wording
from bot.people.model import Code, Kind, Role, Work
from tests.bot.commands import rows
from tests.bot.dialogue.conftest import Meet
from tests.bot.dialogue.housing import Rider, actions, labels, spoil

ALL = sorted({*MENU, *PRIVATE})
GROUP = "tg:-1001234567890"
WEB = "w" * 43
DIGITS = re.compile(r"\d{6,8}")


async def code_of(rider: Rider) -> str:
    found = DIGITS.search((await rider.says("/link")).text)
    assert found
    return found[0]


def invited(app: Application, role: Role, *over: str) -> Code:
    return app.people.invitations.invite(role, over, by="the tests")[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("conversation", ["tg:1001", WEB])
async def test_every_command_is_answered_in_both_languages(meet: Meet, conversation: str, language: str) -> None:
    for name in ALL:
        message = await meet(conversation, language).says(f"/{name}")
        assert message.kind in {"flow", "smalltalk", "stations"}, name
        assert message.text.strip()
        assert not set("{}") & set(message.text)
        assert (re.search(r"[\u4e00-\u9fff]{4}", message.text) is None) == (language == "en") or name == "language", name
        assert bool(message.flow) == (message.kind == "flow"), name


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_ones_own_is_not_shown_in_a_group(meet: Meet, language: str, folder: Path) -> None:
    for name in PRIVATE:
        message = await meet(GROUP, language).says(f"/{name}@redstation_bot json")
        assert message.text == wording(language).say("commands.private"), name
        assert message.buttons == ()
    assert rows(folder, "bot_person") == []


async def test_in_a_group_stations_are_found_and_an_invitation_is_not_redeemed(meet: Meet, app: Application, folder: Path) -> None:
    group = meet(GROUP)
    assert (await group.says("/station 蜀山区")).stations
    started = await group.says(f"/start {invited(app, Role.MANAGER, 'hf-01').text}")
    assert started.text == wording("zh").say("commands.start")
    assert rows(folder, "bot_person") == []


async def test_a_command_that_there_is_not_says_which_there_are(meet: Meet) -> None:
    for text in ("/nonsense", "/START2", "/mydatas 1", "/my_data"):
        message = await meet().says(text)
        assert message.kind == "clarify", text
        assert all(f"/{name}" in message.text for name in MENU)


async def test_danger_behind_a_command_is_danger(meet: Meet) -> None:
    assert (await meet().says("/station 有人晕倒了叫不醒")).kind == "emergency"
    assert (await meet().says("/help 有人晕倒了叫不醒")).kind == "emergency"


async def test_what_only_looks_like_a_command_is_a_message_like_any_other(meet: Meet) -> None:
    for text in ("/", "//", "/ mydata", "/路", "1/2", "/mydata/now"):
        message = await meet().says(text)
        assert message.text
        assert message.flow == "", text


async def test_station_is_short_for_the_question_and_takes_a_place(meet: Meet) -> None:
    rider = meet()
    asked = await rider.says("/station")
    assert asked.asks_location
    assert asked.text == wording("zh").say("stations.ask_any")
    assert [card.id for card in (await rider.says("蜀山区")).stations] == ["hf-01"]
    assert [card.id for card in (await rider.says("/STATION@redstation_bot 庐阳区")).stations] == ["hf-03", "hf-04"]


async def test_asking_makes_nobody_a_person(meet: Meet, folder: Path) -> None:
    rider = meet()
    for text in ("/start", "/help", "/station", "/mydata", "/stop", "/profile", "/language", "/manage", "/invite", "高温几度停工"):
        await rider.says(text)
    assert rows(folder, "bot_person") == []


@pytest.mark.parametrize("way", ["/start {code}", "/invite {code}", "/start@redstation_bot   {code} ", "/invite {lower}"])
async def test_an_invitation_makes_a_manager(meet: Meet, app: Application, way: str) -> None:
    code = invited(app, Role.MANAGER, "hf-01", "hf-02").text
    message = await meet().says(way.format(code=code, lower=code.lower()))
    assert "三里庵红色驿站的站长、合肥南站司机之家的站长" in message.text
    (person, grants) = app.people.roles.holders()[0]
    assert [grant.over for grant in grants] == ["hf-01", "hf-02"]
    assert [reach.address for reach in app.people.accounts.reaches(person)] == ["1001"]


async def test_an_invitation_is_for_one_person(meet: Meet, app: Application) -> None:
    code, say = invited(app, Role.ADMIN).text, wording("zh")
    await meet("tg:1").says(f"/start {code}")
    assert (await meet("tg:1").says(f"/start {code}", "again")).text == say.say("link.done_roles", roles="管理员")
    assert (await meet("tg:2").says(f"/start {code}")).text == say.say("link.used")
    assert (await meet("tg:2").says("/invite no-such-code")).text == say.say("link.wrong")
    assert len(app.people.roles.holders()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_code_shown_here_and_typed_there_makes_one_person(meet: Meet, app: Application, language: str) -> None:
    phone, browser = meet("tg:1001", language), meet(WEB, language)
    await phone.taps("profile:work:truck")
    assert (await browser.says(f"/link {await code_of(phone)}")).text == wording(language).say("link.done")
    here = app.people.accounts.find("telegram", "1001")
    assert here is not None
    assert here == app.people.accounts.find("web", WEB)
    assert wording(language).say("work.truck") in (await browser.says("/mydata")).text


async def test_a_wrong_code_connects_nobody_and_guessing_ends(meet: Meet, app: Application) -> None:
    phone, browser, say = meet("tg:1001"), meet(WEB), wording("zh")
    code = await code_of(phone)
    wrong = f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"
    for _ in range(5):
        assert (await browser.says(f"/link {wrong}")).text == say.say("link.wrong")
    assert (await browser.says(f"/link {code}")).text == say.say("link.too_many")
    assert app.people.accounts.find("web", WEB) is None


@pytest.mark.parametrize("yes", ["yes", "YES", "Yes"])
async def test_who_holds_a_role_is_warned_before_giving_it_away(meet: Meet, app: Application, yes: str) -> None:
    manager, other = meet("tg:1"), meet("tg:2")
    await manager.says(f"/start {invited(app, Role.MANAGER, 'hf-01').text}")
    code = await code_of(other)
    warned = await manager.says(f"/link {code}")
    assert warned.text == wording("zh").say("link.would_share", code=code)
    assert (await other.says("/manage")).text == wording("zh").say("manage.none")
    assert "三里庵红色驿站的站长" in (await manager.says(f"/link {code} {yes}")).text
    assert "三里庵红色驿站" in (await other.says("/manage")).text


async def test_stop_ends_everything_that_was_asked_for(meet: Meet, app: Application) -> None:
    rider = meet()
    await rider.taps("profile:work:truck")
    person = app.people.accounts.find("telegram", "1001")
    assert person is not None
    app.people.profiles.want(person, Kind.LESSON, True)
    assert wording("zh").say("kinds.lesson") in (await rider.says("/mydata")).text
    assert (await rider.says("/stop")).text == wording("zh").say("commands.stop")
    assert app.people.profiles.wanted(person) == frozenset()


@pytest.mark.parametrize(("choice", "done"), [("en", "English from now on"), ("zh", "以后用中文")])
async def test_a_language_is_kept_with_the_person(meet: Meet, app: Application, choice: str, done: str) -> None:
    rider = meet()
    offered = await rider.says("/language")
    assert actions(offered) == ["language:zh", "language:en"]
    assert app.language_of("tg:1001") is None
    assert done in (await rider.taps(f"language:{choice}")).text
    assert app.language_of("tg:1001") == choice
    assert app.language_of("tg:1002") is None
    assert app.language_of(GROUP) is None


async def test_on_the_web_the_page_has_the_switch(meet: Meet) -> None:
    message = await meet(WEB).says("/language")
    assert message.buttons == ()
    assert message.text == wording("zh").say("commands.language_web")


async def test_both_questions_of_a_profile_can_be_answered(meet: Meet, app: Application) -> None:
    app.people.areas.add("安徽省/合肥市")
    rider = meet()
    first = await rider.says("/profile")
    assert first.text == wording("zh").say("profile.work")
    assert labels(first) == [*(wording("zh").say(f"work.{work}") for work in Work), wording("zh").say("profile.skip")]
    second = await rider.taps(actions(first)[0])
    assert second.text == wording("zh").say("profile.area")
    assert labels(second) == ["安徽省", "安徽省 合肥市", wording("zh").say("profile.skip")]
    assert (await rider.taps(actions(second)[1])).text == wording("zh").say("profile.done")
    shown = (await rider.says("/mydata")).text
    assert "外卖" in shown
    assert "安徽省/合肥市" in shown


async def test_both_questions_of_a_profile_can_be_skipped_and_then_nothing_is_kept(
    meet: Meet, app: Application, folder: Path
) -> None:
    app.people.areas.add("安徽省/合肥市")
    rider = meet()
    second = await rider.taps(actions(await rider.says("/profile"))[-1])
    assert second.text == wording("zh").say("profile.area")
    assert (await rider.taps(actions(second)[-1])).text == wording("zh").say("profile.done")
    assert rows(folder, "bot_person") == []


async def mydata_buttons(rider: Rider) -> Message:
    message = await rider.says("/mydata")
    assert [button.kind for button in message.buttons] == ["act", "say", "act"]
    return message


async def test_mydata_shows_copies_and_erases(meet: Meet, app: Application, folder: Path) -> None:
    rider, say = meet(), wording("zh")
    assert (await rider.says("/mydata")).text == say.say("mydata.nothing")
    await rider.taps("profile:work:courier_food")
    await rider.says(f"/start {invited(app, Role.GUIDE, app.people.areas.add('安徽省/合肥市').id).text}")
    message = await mydata_buttons(rider)
    assert message.text.splitlines() == [
        "我存着你的这些：", "· 做什么：外卖", "· 常跑的片区：没说过", "· 要收的推送：没有", "· 身份：安徽省 合肥市的片区指导员",
        "· 最近几句话，24 小时后自动删。位置从来不存。",
    ]  # fmt: skip
    copied = json.loads((await rider.says(message.buttons[1].value)).text)
    assert copied["bot_person"][0]["work"] == "courier_food"
    assert copied["bot_reach"][0]["address"] == "1001"
    sure = await rider.taps(message.buttons[2].value)
    assert rows(folder, "bot_person") != []  # asked first
    assert (await rider.taps(actions(sure)[0])).text == say.say("mydata.erased")
    assert rows(folder, "bot_person") == rows(folder, "bot_reach") == rows(folder, "bot_identity") == []
    assert (await rider.says("/mydata")).text == say.say("mydata.nothing")


async def test_a_language_that_cannot_be_read_is_none_and_no_error(
    meet: Meet, app: Application, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await meet().taps("language:en")
    app.engine.dispose()
    spoil(folder)
    assert app.language_of("tg:1001") is None
    assert "a language was not found" in caplog.text
    assert "1001" not in caplog.text

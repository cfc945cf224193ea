"""From an invitation to a door that is shut for everybody: managers, guides, admins, strangers, and riders who report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Application
from bot.dialogue.message import Message
from bot.dialogue.wording import LANGUAGES, wording
from bot.errors import StorageError
from bot.people.model import Role
from bot.storage.engine import open_engine
from knowledge.model import Location
from knowledge.stations import Stations
from knowledge.stations.model import OpenState
from knowledge.store import StationTables
from tests.bot.commands import rows
from tests.bot.dialogue.conftest import Meet
from tests.bot.dialogue.housing import NEAR_ALPHA, ManualClock, Rider, actions, labels

ZH = wording("zh")
NAME = "三里庵红色驿站"
WEB = "w" * 43


@dataclass
class RecordingAlerts:
    """A channel that keeps what it was given to send."""

    told: list[tuple[str, Message, str, str]] = field(default_factory=list)
    broken: bool = False

    def tell(self, address: str, message: Message, name: str, language: str) -> None:
        if self.broken:
            raise StorageError("cannot write")
        self.told.append((address, message, name, language))


@pytest.fixture
def elsewhere(folder: Path, app: Application, clock: ManualClock) -> Iterator[Stations]:
    """The stations as another process has them, opened before anything happens."""
    engine = open_engine(folder / "redstation.db")
    apart = Stations(StationTables(engine), clock)
    apart.open()
    with closing(engine.raw_connection()):
        yield apart
    engine.dispose()


async def appointed(meet: Meet, app: Application, conversation: str, role: Role, *over: str, language: str = "zh") -> Rider:
    code = app.people.invitations.invite(role, over, by="the tests")[1].text
    rider = meet(conversation, language)
    assert (await rider.says(f"/start {code}")).flow == "link"
    return rider


def door(stations: Stations) -> str:
    found = stations.find("附近驿站", Location(*NEAR_ALPHA)).found[0]
    assert found.station.id == "hf-01"
    return str(found.opening.state)


async def test_a_manager_closes_for_today_everywhere_at_once_and_reopens(meet: Meet, app: Application, elsewhere: Stations) -> None:
    manager = await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    overview = await manager.says("/manage")
    assert overview.text == f"你管的站：\n· {NAME}（hf-01） 按登记时间"
    assert labels(overview) == [f"{NAME}：今天关门", f"{NAME}：关到我重开"]
    assert door(elsewhere) == OpenState.OPEN
    closed = await manager.taps(actions(overview)[0])
    assert closed.text == ZH.say("manage.closed_today", name=NAME)
    assert door(elsewhere) == OpenState.CLOSED
    assert "站长说今天关门" in (await meet("tg:9").sends(NEAR_ALPHA)).text
    assert "暂时关门" in (await manager.says("/manage")).text
    assert actions(closed) == ["reopen:hf-01"]
    assert (await manager.taps(actions(closed)[0])).text == ZH.say("manage.reopened", name=NAME)
    assert door(elsewhere) == OpenState.OPEN
    assert "现在开着，到 22:00" in (await meet("tg:9").sends(NEAR_ALPHA)).text


async def test_a_door_that_was_closed_for_today_is_open_tomorrow_and_an_open_end_is_not(
    meet: Meet, app: Application, clock: ManualClock
) -> None:
    manager = await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    await manager.taps("close:today:hf-01")
    clock.now += timedelta(hours=11, minutes=59)
    assert door(app.stations) == OpenState.CLOSED
    clock.now += timedelta(hours=11)  # Saturday, before noon
    assert door(app.stations) == OpenState.OPEN
    await manager.taps("close:open_end:hf-01")
    clock.now += timedelta(days=9)
    assert door(app.stations) == OpenState.CLOSED
    assert "什么时候开等通知" in (await meet("tg:9").sends(NEAR_ALPHA)).text


@pytest.mark.parametrize("who", ["stranger", "manager of another", "web", "group"])
async def test_whoever_may_not_does_nothing(meet: Meet, app: Application, who: str) -> None:
    app.stations.close_now("hf-01", None, "停电", "somebody", "before")
    if who == "manager of another":
        await appointed(meet, app, "tg:2", Role.MANAGER, "hf-02")
    conversation = {"stranger": "tg:7", "manager of another": "tg:2", "web": WEB, "group": "tg:-100123"}[who]
    for action in ("close:today:hf-01", "close:open_end:hf-01", "reopen:hf-01", "clear:hf-01"):
        message = await meet(conversation).taps(action)
        assert message.text == ZH.say("commands.private" if who == "group" else "manage.not_yours")
    closure = app.stations.closure_of("hf-01")
    assert closure is not None
    assert (closure.until, closure.by) == (None, "somebody")


async def test_a_role_that_was_taken_away_is_gone_at_the_next_tap(meet: Meet, app: Application) -> None:
    manager = await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    (person, _) = app.people.roles.holders()[0]
    app.people.roles.revoke(person, Role.MANAGER, by="the tests")
    assert (await manager.taps("close:today:hf-01")).text == ZH.say("manage.not_yours")
    assert door(app.stations) == OpenState.OPEN


async def test_who_closed_a_door_is_written_down_under_an_opaque_name_once(meet: Meet, app: Application) -> None:
    manager = await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    await manager.taps("close:today:hf-01", "same")
    await manager.taps("close:today:hf-01", "same")
    await manager.taps("reopen:hf-01")
    entries = [entry for entry in app.people.audit.entries() if entry[1].startswith("station.")]
    assert [entry[1:3] for entry in entries] == [("station.close", "hf-01"), ("station.reopen", "hf-01")]
    assert {entry[0] for entry in entries} == {app.people.roles.holders()[0][0].id}


async def test_two_riders_flag_a_station_once_and_one_rider_does_not(meet: Meet, app: Application) -> None:
    alerts = RecordingAlerts()
    app.alerting.join("telegram", alerts)
    await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    first, second, third = meet("tg:11"), meet(WEB), meet("tg:13")
    for _ in range(3):
        assert (await first.taps("closed:hf-01")).text == ZH.say("stations.reported", name=NAME)
    assert app.stations.flagged_stations() == ()
    assert alerts.told == []
    assert (await second.taps("closed:hf-01", "w1")).text == ZH.say("stations.reported_flagged", name=NAME)
    assert [station.id for station in app.stations.flagged_stations()] == ["hf-01"]
    await second.taps("closed:hf-01", "w1")
    await third.taps("closed:hf-01")
    assert len(alerts.told) == 1


async def test_each_manager_is_told_in_their_language_and_can_settle_it(meet: Meet, app: Application) -> None:
    alerts = RecordingAlerts()
    app.alerting.join("telegram", alerts)
    manager = await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    await appointed(meet, app, "tg:2", Role.MANAGER, "hf-01")
    await appointed(meet, app, "tg:3", Role.MANAGER, "hf-02")
    await meet("tg:2").taps("language:en")
    for conversation in ("tg:11", "tg:12"):
        await meet(conversation).taps("closed:hf-01")
    told = {address: (message, language) for address, message, _, language in alerts.told}
    assert set(told) == {"1", "2"}
    message, language = told["1"]
    assert (message.text, language) == (ZH.say("manage.alert", name=NAME), "zh")
    assert actions(message) == ["close:today:hf-01", "close:open_end:hf-01", "clear:hf-01"]
    assert told["2"][0].text == wording("en").say("manage.alert", name=NAME)
    assert "有师傅说关着门" in (await manager.says("/manage")).text
    assert (await manager.taps("clear:hf-01")).text == ZH.say("manage.cleared", name=NAME)
    assert app.stations.flagged_stations() == ()
    assert "有师傅说关着门" not in (await manager.says("/manage")).text


async def test_who_refuses_us_is_not_written_to_and_a_channel_that_fails_costs_the_rider_nothing(
    meet: Meet, app: Application
) -> None:
    alerts = RecordingAlerts()
    app.alerting.join("telegram", alerts)
    await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    app.people.accounts.block("telegram", "1")
    for conversation in ("tg:11", "tg:12"):
        await meet(conversation).taps("closed:hf-01")
    assert alerts.told == []
    await appointed(meet, app, "tg:2", Role.MANAGER, "hf-02")
    alerts.broken = True
    await meet("tg:11").taps("closed:hf-02")
    assert (await meet("tg:12").taps("closed:hf-02")).text == ZH.say("stations.reported_flagged", name="合肥南站司机之家")


async def test_where_no_channel_can_write_reports_are_kept_all_the_same(meet: Meet, app: Application) -> None:
    manager = await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01")
    for conversation in ("tg:11", "tg:12"):
        assert (await meet(conversation).taps("closed:hf-01")).kind == "stations"
    assert "clear:hf-01" in actions(await manager.says("/manage"))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.GUIDE])
async def test_guides_and_admins_see_what_needs_a_look_in_what_is_theirs(meet: Meet, app: Application, role: Role) -> None:
    area = app.people.areas.add("安徽省/合肥市")
    guide = await appointed(meet, app, "tg:1", role, *([area.id] if role is Role.GUIDE else []))
    assert (await guide.says("/manage")).text == ZH.say("manage.quiet")
    for conversation in ("tg:11", "tg:12"):
        await meet(conversation).taps("closed:hf-01")
        await meet(conversation).taps("closed:yc-01")
    app.stations.close_now("hf-03", None, "", "somebody", "before")
    overview = await guide.says("/manage")
    assert overview.text.splitlines()[0] == ZH.say("manage.lead_area")
    assert "clear:hf-01" in actions(overview)
    assert "reopen:hf-03" in actions(overview)
    assert ("clear:yc-01" in actions(overview)) == (role is Role.ADMIN)
    assert (await guide.taps("reopen:hf-03")).text == ZH.say("manage.reopened", name="逍遥津工会驿站")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_manager_reads_everything_in_their_language(meet: Meet, app: Application, language: str) -> None:
    manager = await appointed(meet, app, "tg:1", Role.MANAGER, "hf-01", language=language)
    say = wording(language)
    assert (await manager.says("/manage")).text.startswith(say.say("manage.lead"))
    assert (await manager.taps("close:open_end:hf-01")).text == say.say("manage.closed_open_end", name=NAME)
    assert (await manager.taps("reopen:hf-01")).text == say.say("manage.reopened", name=NAME)
    assert (await manager.taps("clear:hf-01")).text == say.say("manage.cleared", name=NAME)


GARBLED = (
    "", ":", "::", "nothing", "closed", "closed:", "closed:no-such-station", "close", "close:", "close:today",
    "close:today:nowhere", "close:forever:hf-01", "reopen", "reopen:", "reopen:nowhere", "clear", "profile", "profile:",
    "profile:work", "profile:work:pilot", "profile:area:nowhere", "profile:area:", "language", "language:", "language:fr",
    "mydata", "mydata:", "mydata:all", "Closed:hf-01", "closed\uff1ahf-01", "a:b:c:d:e:f", "closed:hf-01:", "\ud83d", "关门",
    "'; drop table bot_person; --",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_old_and_garbled_buttons_are_answered_kindly_and_do_nothing(
    meet: Meet, app: Application, folder: Path, language: str
) -> None:
    kind = {wording(language).say(key) for key in ("actions.unknown", "manage.not_yours")}
    for number, action in enumerate(GARBLED):
        assert (await meet(f"tg:{number}", language).taps(action)).text in kind, action
    assert rows(folder, "bot_person") == rows(folder, "knowledge_station_report") == []
    assert door(app.stations) == OpenState.OPEN

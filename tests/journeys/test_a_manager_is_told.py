"""Riders find a door shut: its manager hears of it on Telegram, taps, and every rider knows."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.channels.web import web_application
from bot.dialogue.managing import Managing
from bot.dialogue.wording import wording
from bot.people.model import Role
from tests.bot.channels.telegram.running import channel, until
from tests.bot.commands import rows
from tests.bot.dialogue.housing import ManualClock, data_folder, opened
from tests.botapi.server import BotApi

NAME = "三里庵红色驿站"
ZH, EN = wording("zh"), wording("en")


async def test_two_riders_a_manager_and_a_door(shipped_data: Path, tmp_path: Path) -> None:
    data = data_folder(shipped_data, tmp_path / "data")
    with BotApi() as server, opened(data, ManualClock()) as app:
        async with channel(server, app.talk, data, language_of=app.language_of) as running:
            app.alerting.join("telegram", running.service)
            manager, rider = server.user("站长"), server.user("小李")
            manager.starts(app.people.invitations.invite(Role.MANAGER, ("hf-01",), by="the tests")[1].text)
            assert f"{NAME}的站长" in (await manager.hears(30)).text
            rider.says("蜀山区哪有驿站")
            await rider.hears(30)
            rider.taps("这里关门了")
            assert (await rider.hears(30)).text == ZH.say("stations.reported", name=NAME)
            transport = httpx.ASGITransport(web_application(app.talk, ready=app.ready))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
                tapped = {"request": "one-tap", "action": "closed:hf-01"}
                for _ in range(2):
                    told = (await browser.post("/api/actions", json=tapped)).json()
                    assert told["text"] == ZH.say("stations.reported_flagged", name=NAME)
            alert = await manager.hears(30)
            assert alert.text == ZH.say("manage.alert", name=NAME)
            assert [button.text for button in alert.buttons] == [
                f"{NAME}：今天关门", f"{NAME}：关到我重开", f"{NAME}：看过了，开着",
            ]  # fmt: skip
            manager.taps(f"{NAME}：今天关门")
            assert (await manager.hears(30)).text == ZH.say("manage.closed_today", name=NAME)
            rider.says("蜀山区哪有驿站")
            assert ZH.say("stations.shut_today") in (await rider.hears(30)).text
            assert app.stations.flagged_stations() == ()
            await until(lambda: rows(data, "bot_outbox") == [], "everything is delivered")
        assert [said.text for said in manager.said].count(alert.text) == 1
        assert server.faults == []


async def test_an_alert_is_sent_once_and_to_nobody_who_blocked_the_bot(shipped_data: Path, tmp_path: Path) -> None:
    data = data_folder(shipped_data, tmp_path / "data")
    with BotApi() as server, opened(data, ManualClock()) as app:
        async with channel(server, app.talk, data, language_of=app.language_of) as running:
            app.alerting.join("telegram", running.service)
            english, gone = server.user("Amy", "en"), server.user("走了")
            for manager in (english, gone):
                manager.starts(app.people.invitations.invite(Role.MANAGER, ("hf-01",), by="the tests")[1].text)
                await manager.hears(30)
            app.people.accounts.speak(app.people.accounts.of("telegram", str(english.id)), "en")
            heard = len(gone.said)
            gone.blocks()
            await until(lambda: any(row[-1] for row in rows(data, "bot_reach")), "the block is noted")
            station = app.stations.station("hf-01")
            assert station is not None
            for request in ("same", "same"):
                Managing(app.people, app.stations, app.alerting).alert(station, request)
            assert (await english.hears(30)).text == EN.say("manage.alert", name=NAME)
            await until(lambda: rows(data, "bot_outbox") == [], "everything is delivered")
        assert [said.text for said in english.said].count(EN.say("manage.alert", name=NAME)) == 1
        assert len(gone.said) == heard
        assert server.faults == []

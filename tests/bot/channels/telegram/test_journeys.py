"""Whole conversations on Telegram with the assistant as it is shipped, on a small library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import Application, application, open_or_build
from bot.dialogue.wording import wording
from bot.settings import load_settings
from knowledge.store import StationTables
from tests.bot.channels.telegram.running import channel, found_on_disk, until
from tests.bot.commands import rows
from tests.botapi.server import BotApi

ZH, EN = wording("zh"), wording("en")


@pytest.fixture
def app(data: Path) -> Iterator[Application]:
    with application(load_settings(data=data)) as opened:
        open_or_build(opened)
        yield opened


async def test_a_question_is_answered_with_its_sources_and_can_be_rated(server: BotApi, app: Application, data: Path) -> None:
    rider = server.user()
    async with channel(server, app.talk, data, "webhook", app.language_of):
        rider.says("气温到40度了还让送,合法吗")
        heard = await rider.hears()
        assert "40℃" in heard.text
        assert ZH.say("answer.sources") in heard.text
        assert heard.text == (await app.talk.reply(f"tg:{rider.id}", "", f"tg:{700_000_001}")).text  # word for word the same
        rider.taps("有用")
        await rider.sees_edit()
    assert [(row[0], row[1]) for row in rows(data, "bot_rating")] == [("tg:700000001", 1)]


async def test_an_emergency_and_what_follows_it_get_cards(server: BotApi, app: Application, data: Path) -> None:
    rider = server.user()
    async with channel(server, app.talk, data, "polling", app.language_of) as running:
        rider.says("有个骑手晕倒在路边叫不醒")
        assert "120" in (await rider.hears()).text.splitlines()[0]
        rider.says("在桥底下")
        assert "桥底下" in (await rider.hears()).text
        await until(lambda: running.service.load.count == 0, "all is answered")
        assert len(rider.said) == 2


async def test_a_station_is_found_by_location_which_is_written_nowhere(server: BotApi, app: Application, data: Path) -> None:
    station = StationTables(app.engine).snapshot().stations[0]
    place = station.location
    rider = server.user()
    async with channel(server, app.talk, data, "webhook", app.language_of):
        rider.says("/station")
        await rider.hears()
        assert rider.keyboard[0] == ZH.say("telegram.locate")
        rider.sends_location(round(place.lat + 0.000123, 6), round(place.lon + 0.000321, 6))
        heard = await rider.hears()
        assert station.name in heard.text
        assert any(entity["type"] == "bold" for entity in heard.entities)
        assert any(button.url.startswith("https://") for button in heard.buttons)
        sent = [f"{place.lat + 0.000123:.6f}", f"{place.lon + 0.000321:.6f}"]
        assert found_on_disk(data, *sent) == []


async def test_the_language_that_was_chosen_is_kept(server: BotApi, app: Application, data: Path) -> None:
    rider = server.user("Amy", "en")
    async with channel(server, app.talk, data, "polling", app.language_of):
        rider.says("/language")
        heard = await rider.hears()
        rider.taps(heard.buttons[0])
        await rider.hears()
        rider.sends_sticker()
        assert (await rider.hears()).text == ZH.say("telegram.sticker")


async def test_every_command_of_the_menu_is_answered(server: BotApi, app: Application, data: Path) -> None:
    rider = server.user()
    async with channel(server, app.talk, data, "polling", app.language_of):
        for command in ("start", "help", "station", "lesson", "register", "notice", "mydata", "stop", "language"):
            rider.says(f"/{command}")
            assert (await rider.hears()).text

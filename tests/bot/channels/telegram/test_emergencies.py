"""The card goes out on receipt, once, ahead of everything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bot.channels.telegram.running import BOTH, channel, until
from tests.bot.channels.telegram.scripted import CARD, ScriptedTalk
from tests.botapi.server import BotApi
from tests.botapi.trouble import Drop, Refuse, ServerError, TooMany


@pytest.mark.parametrize("mode", BOTH)
async def test_the_card_passes_everything_that_waits(server: BotApi, talk: ScriptedTalk, tmp_path: Path, mode: str) -> None:
    rider = server.user()
    talk.gate = asyncio.Event()  # nothing else can be answered
    async with channel(server, talk, tmp_path, mode) as running:
        rider.says("高温")
        rider.says("救命，我撞车了")
        card = await rider.hears()
        assert card.text == CARD.text
        assert [(one["type"], one["offset"], one["length"]) for one in card.entities] == [("bold", 0, len("先打 120，说清在哪。"))]
        talk.gate.set()
        assert (await rider.hears()).text == "高温"
        await until(lambda: running.service.load.count == 0, "all is answered")
    assert [said.text for said in rider.said] == [CARD.text, "高温"]


async def test_an_edit_can_be_an_emergency_too(server: BotApi, talk: ScriptedTalk, tmp_path: Path) -> None:
    rider = server.user()
    async with channel(server, talk, tmp_path):
        said = rider.says("就命")
        await rider.hears()
        rider.edits(said, "救命")
        assert (await rider.hears()).text == CARD.text


@pytest.mark.parametrize("effect", [ServerError(), Drop(), TooMany(1), Refuse(400, "Bad Request: something new")])
async def test_a_card_that_did_not_go_out_is_sent_again(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, effect: ServerError | Drop | TooMany | Refuse
) -> None:
    rider = server.user()
    server.trouble.add(effect, method="sendMessage", times=1)
    async with channel(server, talk, tmp_path) as running:
        rider.says("救命")
        assert (await rider.hears()).text == CARD.text
        await until(lambda: running.service.load.count == 0, "all is answered")
    assert len(rider.said) == 1


async def test_a_lane_that_fails_leaves_the_ordinary_answer(
    server: BotApi, talk: ScriptedTalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("救命")

    monkeypatch.setattr(talk, "alarm", broken)
    rider = server.user()
    async with channel(server, talk, tmp_path):
        rider.says("救命")
        assert (await rider.hears()).text == CARD.text

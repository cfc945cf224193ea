"""The conversations of this folder: every reply is what was written down, and the words are the same in both channels."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.bot.dialogue.housing import data_folder
from tests.botapi.server import BotApi
from tests.dialogues.playing import Heard, Script, bare, on_telegram, on_the_web, scripts

SCRIPTS = {script.title: script for script in scripts()}
KNOWN = {"says", "at", "taps", "kind", "holds", "lacks", "stations", "asks"}


@pytest.fixture(scope="module")
def web(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Heard]:
    return asyncio.run(on_the_web(data_folder(shipped_data, tmp_path_factory.mktemp("web") / "data")))


@pytest.fixture(scope="module")
def telegram(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory, web: dict[str, Heard]) -> dict[str, Heard]:
    data = data_folder(shipped_data, tmp_path_factory.mktemp("telegram") / "data")
    with BotApi() as server:
        found = asyncio.run(on_telegram(data, server, web))
        assert server.faults == []
    return found


def test_there_are_enough_conversations_and_each_is_written_as_it_is_read() -> None:
    written = scripts()
    assert len(written) == len(SCRIPTS) >= 25
    for script in written:
        for turn in script.turns:
            assert set(turn) <= KNOWN, script.title
            assert len({"says", "at", "taps"} & set(turn)) == 1, script.title


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_on_the_web_every_reply_is_what_was_written_down(script: Script, web: dict[str, Heard]) -> None:
    heard = web[script.title]
    assert heard.fault == ""
    for turn, reply in zip(script.turns, heard.replies, strict=True):
        check(turn, reply)


def check(turn: Any, reply: Any) -> None:
    text = reply["text"]
    assert reply["kind"] == turn["kind"], text
    assert [piece for piece in turn.get("holds", ()) if piece not in text] == [], text
    assert [piece for piece in turn.get("lacks", ()) if piece in text] == [], text
    assert reply["asks_location"] == turn.get("asks", False), text
    if "stations" in turn:
        assert [station["id"] for station in reply["stations"]] == turn["stations"], text


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_on_telegram_the_words_are_the_same(script: Script, web: dict[str, Heard], telegram: dict[str, Heard]) -> None:
    heard = telegram[script.title]
    assert heard.fault == ""
    for shown, said in zip(web[script.title].replies, heard.texts, strict=True):
        assert bare(said).startswith(bare(shown["text"]))
        numbers = [button["label"] for station in shown["stations"] for button in station["buttons"] if button["kind"] == "dial"]
        more = bare(said).removeprefix(bare(shown["text"]))
        for number in numbers:  # Telegram has no button for them
            more = more.replace(bare(number), "")
        assert more.strip("123.") == ""

"""The server as a process of its own, and its journal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.botapi.conftest import asking
from tests.botapi.journal import read_journal
from tests.botapi.server import TOKEN, BotApi
from tests.botapi.trouble import Drop

ROOT = Path(__file__).parents[2]


async def test_the_journal_holds_what_was_delivered_even_where_the_bot_never_heard_of_it(tmp_path: Path) -> None:
    journal = tmp_path / "delivered.jsonl"
    with BotApi(journal=journal) as server:
        person = server.user()
        server.trouble.add(Drop(delivered=True), nth=2)
        async with aiohttp.ClientSession() as session:
            ask = asking(server, session)
            sent = await ask("sendMessage", chat_id=person.id, text="一\n二")
            with pytest.raises(aiohttp.ClientError):
                await ask("sendMessage", chat_id=person.id, text="三")
            await ask("editMessageText", chat_id=person.id, message_id=sent["result"]["message_id"], text="改")
            await ask("deleteMessage", chat_id=person.id, message_id=sent["result"]["message_id"])
        entries = read_journal(journal)
    assert [(entry.event, entry.text) for entry in entries] == [
        ("message", "一\n二"),
        ("message", "三"),
        ("edit", "改"),
        ("delete", "改"),
    ]
    assert {entry.chat_id for entry in entries} == {person.id}


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    journal = tmp_path / "delivered.jsonl"
    with BotApi(journal=journal) as server:
        server.call(lambda: server._journal.write("message", 1, 2, "整", 3))
    journal.write_text(journal.read_text(encoding="utf-8") + '{"event": "mess', encoding="utf-8")
    assert [entry.text for entry in read_journal(journal)] == ["整"]
    assert read_journal(tmp_path / "none") == []


def started(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.botapi", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )


async def test_it_runs_alone_with_a_script_and_a_journal(tmp_path: Path) -> None:
    script, journal = tmp_path / "people.jsonl", tmp_path / "delivered.jsonl"
    steps = [
        {"trouble": "refuse", "code": 403, "description": "Forbidden: no", "method": "getFile"},
        {"user": "小李", "says": "你好"},
        {"user": "小李", "says": "/help", "in": "车队群"},
        {"user": "小李", "hears": 20},
        {"user": "小李", "taps": "好"},
    ]
    script.write_text("\n".join(json.dumps(step) for step in steps), encoding="utf-8")
    process = started("--script", str(script), "--journal", str(journal))
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        address = process.stderr.readline().split()[1]
        assert address.endswith(f"/bot{TOKEN}/")
        async with aiohttp.ClientSession(address) as session:

            async def ask(method: str, **given: object) -> dict[str, object]:
                async with session.post(method, json=given) as answer:
                    said: dict[str, object] = await answer.json()
                    return said

            updates = (await ask("getUpdates", timeout=20))["result"]
            assert isinstance(updates, list)
            keys = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
            chat = updates[0]["message"]["chat"]["id"]
            assert (await ask("sendMessage", chat_id=chat, text="您好", reply_markup=keys))["ok"]
            assert json.loads(process.stdout.readline()) == {"user": "小李", "hears": "您好"}
            assert (await ask("getFile", file_id="x"))["description"] == "Forbidden: no"
            offset = updates[-1]["update_id"] + 1
            taps: list[dict[str, Any]] = []
            while not taps:
                found = (await ask("getUpdates", timeout=20, offset=offset))["result"]
                assert isinstance(found, list)
                taps = [update for update in found if "callback_query" in update]
        assert taps[0]["callback_query"]["data"] == "ok"
        assert [entry.text for entry in read_journal(journal)] == ["您好"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()

"""A real `redstation run` whose disk is full or whose database is rubbish still shows the card; `check` and `reload` know cards."""

from __future__ import annotations

import resource
from pathlib import Path

import httpx
import pytest

from bot.app import application
from bot.settings import load_settings
from knowledge.emergency.cards import SHIPPED
from tests.bot.commands import Service, redstation, service

DANGER = "有个骑手晕倒在路边叫不醒"
NOTHING = 0  # bytes that a file may grow to: a full disk, as far as this process can tell


def rubbish(data: Path) -> None:
    """Every file of the database overwritten."""
    for path in data.glob("redstation.db*"):
        path.write_bytes(b"\x5a" * 65_536)


def assert_a_card_comes(running: Service, request: str) -> None:
    reply = running.ask(DANGER, request)
    assert reply["kind"] == "emergency"
    assert reply["dial"][0] == "120"
    assert "120" in reply["body"]
    assert reply["read_aloud"]


def test_when_the_disk_has_filled_up_under_it_a_card_is_shown_all_the_same(data: Path) -> None:
    with service(data) as running:
        assert running.ask("高温几度停工", "before")["kind"] in {"answer", "clarify", "refusal"}
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (NOTHING, resource.RLIM_INFINITY))
        for number in range(5):
            assert_a_card_comes(running, f"danger-{number}")
        assert running.ask("帮我算算这个月彩票开什么号", "gap")["kind"] == "refusal"  # and questions are answered, unrecorded
        assert running.process.poll() is None
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert_a_card_comes(running, "after")


def test_when_the_database_turns_into_rubbish_under_it_a_card_is_shown_all_the_same(data: Path) -> None:
    with service(data) as running:
        rubbish(data)
        assert_a_card_comes(running, "danger")
        assert running.process.poll() is None


def test_what_follows_a_card_is_in_the_words_to_read_aloud(data: Path) -> None:
    with service(data) as running, httpx.Client(base_url=running.url) as browser:
        browser.post("/api/messages", json={"request": "1", "text": DANGER}).raise_for_status()
        reply = browser.post("/api/messages", json={"request": "2", "text": "在桥底下"}).json()
    assert reply["kind"] == "emergency"
    assert "桥底下" in reply["read_aloud"]
    assert "在在" not in reply["read_aloud"]


async def test_the_alarm_needs_no_database_and_no_release(tmp_path: Path) -> None:
    with application(load_settings(data=tmp_path)) as app:
        app.engine.dispose()
        rubbish(tmp_path)
        found = app.talk.alarm("tg:1", DANGER, "r1")
        assert found is not None
        assert (found.kind, found.dial[0]) == ("emergency", "120")
        assert app.talk.alarm("tg:1", "在桥底下", "r2") is not None
        assert await app.talk.reply("tg:1", DANGER, "r1") == found
        assert app.talk.alarm("tg:1", "高温几度停工", "r3") is None


def test_a_check_says_how_many_cards_wait_for_a_reviewer(data: Path) -> None:
    (line,) = [line for line in redstation("check", "--data", data).out.splitlines() if "cards:" in line]
    assert line == "ok   cards: 18, 18 pending review"


def test_a_reviewed_card_is_counted_once_it_is_live_and_a_broken_one_is_refused_with_its_fault(data: Path) -> None:
    own = data / "library" / "cards" / "heat.yaml"
    own.parent.mkdir()
    text = (SHIPPED / "heat.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("review: pending", "review: 急救导师 2026-12-01"), encoding="utf-8")
    done = redstation("reload", "--yes", "--data", data)
    assert done.status == 0
    assert "+ cards/heat" in done.err
    assert "cards: 18, 17 pending review" in redstation("check", "--data", data).out
    own.write_text(text.replace('numbers: ["120"]', 'numbers: ["10086"]'), encoding="utf-8")
    done = redstation("reload", "--yes", "--data", data)
    assert done.status == 1
    assert "cards/heat.yaml:1: numbers must be a list out of" in done.err
    assert "cards: 18, 17 pending review" in redstation("check", "--data", data).out


@pytest.mark.parametrize("shown", ["zh", "en"])
def test_the_words_of_a_card_speak_of_a_place_only_where_one_was_named(tmp_path: Path, shown: str) -> None:
    with application(load_settings(data=tmp_path)) as app:
        for number, text in enumerate((DANGER, "还没醒", "在桥底下")):
            message = app.talk.alarm("c", text, f"r{number}", shown)
            assert message is not None
            assert ("桥底下" in message.read_aloud) == (text == "在桥底下")

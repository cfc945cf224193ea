"""`redstation run` with a token: a process of its own, on the port of the web chat, that takes updates and survives a full disk."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.channels.telegram.webhook import PATH
from tests.bot.commands import PATIENCE, eventually, free_port, redstation
from tests.botapi.server import TOKEN, BotApi
from tests.crash.killing import Victim

DANGER = "有个骑手晕倒在路边叫不醒"
SECRET = "a-secret-of-the-tests"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def settings(server: BotApi, port: int, mode: str) -> dict[str, str]:
    given = {"REDSTATION_TELEGRAM_TOKEN": TOKEN, "REDSTATION_TELEGRAM_BASE_URL": server.url}
    if mode == "webhook":
        given |= {"REDSTATION_TELEGRAM_WEBHOOK_SECRET": SECRET, "REDSTATION_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    return given


@contextmanager
def served(server: BotApi, data: Path, log: Path, mode: str) -> Iterator[tuple[Victim, int]]:
    port = free_port()
    process = Victim(data, port, settings(server, port, mode), log)
    process.start()
    try:
        process.ready()
        yield process, port
        assert process.stop() == 0
    finally:
        process.abandon()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_it_answers_and_ends_in_order(server: BotApi, data: Path, tmp_path: Path, mode: str) -> None:
    log = tmp_path / "log"
    with served(server, data, log, mode) as (_, port):
        rider = server.user()
        rider.says("气温到40度了还让送,合法吗")
        assert "40℃" in rider.hears_here(PATIENCE).text
        assert httpx.post(f"http://127.0.0.1:{port}{PATH}", json={}).status_code == (401 if mode == "webhook" else 404)
        done = redstation("check", "--data", data, settings=settings(server, port, mode))
        assert f"telegram: @redstation_bot, {mode}" in done.out
    assert f"telegram: {mode}" in log.read_text(encoding="utf-8")
    assert list(data.glob("redstation.db-*")) == []  # the database was closed, not dropped


def test_with_a_full_disk_the_card_goes_out_and_what_was_not_stored_comes_again(server: BotApi, data: Path, tmp_path: Path) -> None:
    with served(server, data, tmp_path / "log", "webhook") as (process, _):
        hurt, asks = server.user("甲"), server.user("乙")
        asks.says("高温几度停工")
        first = asks.hears_here(PATIENCE).text
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        hurt.says(DANGER)
        assert "120" in hurt.hears_here(PATIENCE).text.splitlines()[0]
        asks.says("高温几度停工")
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert asks.hears_here(PATIENCE).text == first
        eventually(lambda: server.pending == 0, "everything is taken")
        assert len(hurt.said) == 1


def test_a_token_that_telegram_does_not_accept_leaves_the_web_chat(server: BotApi, data: Path, tmp_path: Path) -> None:
    port = free_port()
    wrong = settings(server, port, "polling") | {"REDSTATION_TELEGRAM_TOKEN": "123456:not-the-token-of-this-server"}
    process = Victim(data, port, wrong, tmp_path / "log")
    process.start()
    try:
        process.ready()
        done = redstation("check", "--data", data, settings=wrong)
        assert (done.status, "WRONG telegram: cannot be reached, or does not accept the token" in done.out) == (1, True)
        assert process.stop() == 0
    finally:
        process.abandon()

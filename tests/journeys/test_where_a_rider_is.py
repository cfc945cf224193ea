"""Where a rider is, is used for one answer and written nowhere: not to the database, not to a queue, not to a log."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.channels.web import web_application
from tests.bot.channels.telegram.running import channel
from tests.bot.dialogue.housing import ManualClock, data_folder, opened
from tests.botapi.server import BotApi

LAT, LON = 31.7391846, 117.4618273
FAINTED, UNANSWERABLE = "有人晕倒了叫不醒", "下期彩票开什么号"
NEAREST = "合肥南站司机之家"


def forms(degrees: float) -> Iterator[bytes]:
    """A coordinate as it may have been written: rounded, cut off, as an integer, in binary."""
    for places in range(3, 8):
        cut = f"{degrees:.9f}"[: -(9 - places)]
        yield from (f"{degrees:.{places}f}".encode(), cut.encode(), cut.replace(".", "").encode())
    for code in ("<d", ">d", "<f", ">f"):
        yield struct.pack(code, degrees)


def traces(folder: Path) -> list[tuple[str, bytes]]:
    wanted = {*forms(LAT), *forms(LON)}
    held = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [(path.name, form) for path, content in held.items() for form in wanted if form in content]


def in_log(caplog: pytest.LogCaptureFixture) -> list[str]:
    digits = {form.decode() for degrees in (LAT, LON) for form in forms(degrees) if form.isascii() and b"." in form}
    return [record.getMessage() for record in caplog.records if any(one in record.getMessage() for one in digits)]


@pytest.fixture
def folder(shipped_data: Path, tmp_path: Path) -> Path:
    return data_folder(shipped_data, tmp_path / "data")


def test_a_trace_would_be_found(tmp_path: Path) -> None:
    for written in (f"{LAT:.3f}".encode(), str(LON).encode(), str(LON).encode("utf-8"), struct.pack("<d", LAT), b"317391846"):
        (tmp_path / "file").write_bytes(b"before " + written + b" after")
        assert traces(tmp_path), written


async def test_on_the_web_a_location_leaves_no_trace(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place = {"lat": LAT, "lon": LON}
    with opened(folder, ManualClock()) as app:
        assert traces(folder) == []
        transport = httpx.ASGITransport(web_application(app.talk, ready=app.ready))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

            async def send(number: int, text: str) -> str:
                content = {"request": f"r{number}", "text": text, "location": place}
                answered = await client.post("/api/messages", json=content)
                assert answered.status_code == 200
                assert not any(form in answered.content for form in {*forms(LAT), *forms(LON)})
                return str(answered.json()["text"])

            assert NEAREST in await send(1, "我的位置")
            assert NEAREST in await send(2, "附近哪里能洗澡")
            assert "120" in await send(3, FAINTED)
            assert "看不到你发的位置" in await send(4, "我的位置")
            await send(5, UNANSWERABLE)
            await send(5, UNANSWERABLE)
        assert traces(folder) == []
    assert traces(folder) == []
    assert in_log(caplog) == []


async def test_on_telegram_a_location_leaves_no_trace(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for noisy in ("aiohttp.access", "asyncio"):  # the tests' own server
        logging.getLogger(noisy).setLevel(logging.WARNING)
    with BotApi() as server, opened(folder, ManualClock()) as app:
        rider = server.user()
        async with channel(server, app.talk, folder, language_of=app.language_of):
            rider.sends_location(LAT, LON)
            assert NEAREST in (await rider.hears(30)).text
            assert traces(folder) == []
            rider.says(FAINTED)
            assert "120" in (await rider.hears(30)).text
            rider.sends_location(LAT, LON)
            assert "看不到你发的位置" in (await rider.hears(30)).text
            await server.settled()
            assert traces(folder) == []
        assert traces(folder) == []
        assert server.faults == []
    assert in_log(caplog) == []

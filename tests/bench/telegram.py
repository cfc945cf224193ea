"""`python -m tests.bench.telegram` (make bench): webhook → stored → answered, with 64 connections.

Prints, for the channel alone and for the whole bot: updates a second that are answered, how long an answer takes at a steady pace,
what happens at twice what can be sustained, and how that compares with a handler that does nothing, in the same run on the same
machine.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.serving import SECRET, TOKEN
from tests.bench.stub import Heard, Stub
from tests.bot.commands import environment, free_port
from tests.crash.telegram import small_library

CONNECTIONS = 64
PATIENCE = 120.0  # seconds
KEPT_ALIVE = 3.0  # seconds after which a server may have closed an idle connection
QUESTIONS = ("气温到40度了还让送，合法吗", "高温津贴多少钱", "你好", "帮我算算彩票开什么号", "12345 是什么电话")


@dataclass
class Seen:
    """One part of a run. Moments are seconds; `sent` holds the POSTs that were taken, by chat; `taken` how long they took."""

    begun: float = 0.0
    ended: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    sent: dict[int, float] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)


def percent(values: list[float], share: float) -> float:
    """A quantile in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000 if values else float("nan")


async def listening(heard: Heard) -> str:
    """A stub of the Bot API on a free port, until the program ends; its address."""
    server = await asyncio.get_running_loop().create_server(lambda: Stub(heard), "127.0.0.1", 0)
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


class Load:
    """64 connections that post updates; every update comes from somebody else."""

    def __init__(self, port: int, heard: Heard) -> None:
        self._port = port
        self._heard = heard
        self._numbers = itertools.count(1)
        self._free = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    def took(self, seen: Seen) -> list[float]:
        """How long each answer took, from the POST."""
        return [self._heard.at[chat] - at for chat, at in seen.sent.items() if chat in self._heard.at]

    def close(self) -> None:
        """Hang up."""
        for _, _, writer in self._idle:
            writer.close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            used_at, reader, writer = self._idle.pop()
            if time.perf_counter() - used_at < KEPT_ALIVE:
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, seen: Seen) -> int | None:
        """One update; its chat where it was taken."""
        number = next(self._numbers)
        body = json.dumps(_update(number), ensure_ascii=False).encode()
        head = (
            f"POST /telegram/webhook HTTP/1.1\r\nHost: b\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        begun = time.perf_counter()
        async with self._free:
            reader, writer = await self._connection()
            writer.write(head.encode() + body)
            status = int((await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1])
            self._idle.append((time.perf_counter(), reader, writer))
        seen.statuses[status] = seen.statuses.get(status, 0) + 1
        if status != 200:
            return None
        seen.sent[number] = begun
        seen.taken.append(time.perf_counter() - begun)
        return number

    async def paced(self, rate: float, seconds: float) -> Seen:
        """So many a second, whatever comes back."""
        seen = Seen(time.perf_counter())
        tasks = []
        for n in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, seen.begun + n / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(self.post(seen)))
        await asyncio.gather(*tasks)
        seen.ended = time.perf_counter()
        return seen

    async def closed(self, seconds: float, until_answered: bool) -> Seen:
        """Each connection posts again as soon as the answer (or, for a handler that does nothing, the 200) is there."""
        seen = Seen(time.perf_counter())

        async def rider() -> None:
            while time.perf_counter() < seen.begun + seconds:
                chat = await self.post(seen)
                if until_answered and chat is not None:
                    await asyncio.wait_for(self._heard.wait(chat), PATIENCE)

        await asyncio.gather(*(rider() for _ in range(CONNECTIONS)))
        seen.ended = time.perf_counter()
        return seen

    async def answers(self, seen: Seen) -> float:
        """Wait until everything taken is answered; the moment of the last answer."""
        async with asyncio.timeout(PATIENCE):
            for chat in seen.sent:
                await self._heard.wait(chat)
        return max(self._heard.at[chat] for chat in seen.sent)


def _update(number: int) -> dict[str, object]:
    person = {"id": number, "is_bot": False, "first_name": "小李", "language_code": "zh-hans"}
    chat = {"id": number, "type": "private", "first_name": "小李"}
    text = QUESTIONS[number % len(QUESTIONS)]
    return {"update_id": number, "message": {"message_id": number, "from": person, "chat": chat, "date": 1, "text": text}}


@contextmanager
def running(command: list[str], port: int, **settings: str) -> Iterator[None]:
    """A process that listens on the port."""
    process = subprocess.Popen(command, env=environment(**settings), stdout=subprocess.DEVNULL, cwd="/")
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(60)


async def measured(name: str, port: int, heard: Heard, rate: float, seconds: float) -> float:
    """Measure what listens on the port and print it; how many updates a second are answered at most."""
    await asyncio.wait_for(heard.webhook.wait(), PATIENCE)
    load = Load(port, heard)
    await load.answers(await load.paced(rate / 4, 3))  # warm
    await _steadily(name, load, rate, seconds)
    most = await _at_most(name, load, seconds)
    await _beyond(name, load, most, seconds)
    load.close()
    return most


async def _steadily(name: str, load: Load, rate: float, seconds: float) -> None:
    seen = await load.paced(rate, seconds)
    await load.answers(seen)
    took = load.took(seen)
    print(f"{name}, {rate:.0f}/s for {seconds:.0f} s: {_statuses(seen)}, {len(took)} of {len(seen.sent)} answered")
    print(f"  stored p95 {percent(seen.taken, 0.95):.0f} ms; answered {_durations(took)}")


async def _at_most(name: str, load: Load, seconds: float) -> float:
    seen = await load.closed(seconds, until_answered=True)
    end = await load.answers(seen)
    took = load.took(seen)
    most = len(took) / (end - seen.begun)
    print(f"{name}, {CONNECTIONS} riders at once: {most:.0f} answered/s; answered {_durations(took)}")
    return most


async def _beyond(name: str, load: Load, most: float, seconds: float) -> None:
    flood = await load.paced(most * 2, seconds)
    calm = await load.answers(flood) - flood.ended
    print(f"{name}, twice that for {seconds:.0f} s: {_statuses(flood)}; all that was taken is answered {calm:.1f} s later")
    after = await load.paced(most / 2, 5)
    await load.answers(after)
    print(f"  then at half the pace: {_statuses(after)}; answered {_durations(load.took(after))}")


async def nothing(seconds: float) -> float:
    """The handler that does nothing: updates a second."""
    port = free_port()
    with running([sys.executable, "-m", "tests.bench.serving", "nothing", str(port)], port):
        load = Load(port, Heard())
        seen = await load.closed(seconds, until_answered=False)
        load.close()
    most = len(seen.taken) / (seen.ended - seen.begun)
    print(f"a handler that does nothing: {most:.0f}/s, p95 {percent(seen.taken, 0.95):.0f} ms")
    return most


async def channel(rate: float, seconds: float) -> float:
    """The channel without the assistant."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        heard = Heard()
        command = [sys.executable, "-m", "tests.bench.serving", "channel", str(port), await listening(heard), folder]
        with running(command, port):
            return await measured("channel", port, heard, rate, seconds)


async def whole_bot(rate: float, seconds: float) -> float:
    """The bot as people run it, on a small library."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        heard, data = Heard(), Path(folder) / "data"
        await asyncio.to_thread(small_library, data)
        telegram = {"TOKEN": TOKEN, "BASE_URL": await listening(heard), "WEBHOOK_SECRET": SECRET}
        settings = {f"REDSTATION_TELEGRAM_{name}": value for name, value in telegram.items()}
        settings["REDSTATION_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "bot", "run", "--data", str(data), "--port", str(port)]
        with running(command, port, **settings):
            return await measured("whole bot", port, heard, rate, seconds)


async def main() -> None:
    """All of it, a minute or two."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.telegram", description=__doc__)
    options.add_argument("--rate", type=float, default=200.0, help="updates a second at a steady pace")
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--channel-only", action="store_true", help="leave the assistant out")
    given = options.parse_args()
    least = await nothing(given.seconds / 2)
    for name, measure in (("channel", channel), ("whole bot", whole_bot))[: 1 if given.channel_only else 2]:
        most = await measure(given.rate, given.seconds)
        print(f"{name}: {most / least:.2f} of a handler that does nothing")


def _statuses(seen: Seen) -> str:
    return ", ".join(f"{count} x {status}" for status, count in sorted(seen.statuses.items()))


def _durations(took: list[float]) -> str:
    return f"p50 {percent(took, 0.5):.0f} p95 {percent(took, 0.95):.0f} max {percent(took, 1):.0f} ms"


if __name__ == "__main__":
    asyncio.run(main())

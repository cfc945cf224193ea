"""`redstation` as people start it: a process of its own, in a folder of its own, with none of a developer's settings."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 120  # seconds until a process counts as hung; nothing here should take a tenth of it
SCRIPT = Path(sys.executable).with_name("redstation")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """A process that has ended."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr that says what is wrong; fails where there are more, or a traceback."""
        lines = [line for line in self.err.splitlines() if not line.endswith(" …")]  # progress ends so
        assert len(lines) == 1, self.err
        assert lines[0].startswith("redstation: ")
        return lines[0].removeprefix("redstation: ")

    @property
    def replies(self) -> list[dict[str, Any]]:
        """stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REDSTATION_")}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def redstation(
    *arguments: object,
    stdin: str | bytes = "",
    command: Sequence[str] = (str(SCRIPT),),
    settings: Mapping[str, str] | None = None,
    folder: Path = Path("/"),
) -> Finished:
    """Run a command to its end."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [*command, *map(str, arguments)],
        input=given, capture_output=True, timeout=PATIENCE, check=False, cwd=folder, env=environment(**(settings or {})),
    )  # fmt: skip
    finished = Finished(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in finished.err, finished.err
    return finished


def lines(*items: Mapping[str, object] | str) -> str:
    """JSON lines; a text stands as it is."""
    return "".join((item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)) + "\n" for item in items)


def rows(data: Path, table: str) -> list[tuple[Any, ...]]:
    """All rows of a table of a data folder's database."""
    with closing(sqlite3.connect(data / "redstation.db")) as database:
        return database.execute(f"select * from {table}").fetchall()


def a_policy(identity: str, text: str, **keys: str) -> str:
    """The text of a policy file; `keys` add lines to its front matter or replace them."""
    held = {
        "id": identity, "title": f"{identity} 的规定", "topic": "heat", "source": "{name: 测试文件}", "confidence": "verified",
        "asks": f"[{identity} 怎么规定的]",
    } | keys  # fmt: skip
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in held.items()) + f"---\n{text}\n"


def write_library(folder: Path, files: Mapping[str, str]) -> Path:
    """A library folder holding these policy files."""
    for name, text in files.items():
        path = folder / "policies" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def copied(data: Path, target: Path) -> Path:
    """A data folder of one's own."""
    shutil.copytree(data, target, ignore=shutil.ignore_patterns("*-shm"), dirs_exist_ok=True)
    return target


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(happened: Callable[[], bool], what: str) -> None:
    """Waits for something that another process does; fails after PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.05)


@dataclass
class Service:
    """A running `redstation run`."""

    url: str
    process: subprocess.Popen[str]

    def ask(self, text: str, request: str) -> dict[str, Any]:
        response = httpx.post(f"{self.url}/api/messages", json={"request": request, "text": text}, timeout=PATIENCE)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def ready(self) -> dict[str, Any]:
        """What /readyz says; {} while nobody listens."""
        try:
            return dict(httpx.get(f"{self.url}/readyz", timeout=PATIENCE).json())
        except httpx.TransportError:
            return {}

    def stop(self) -> Finished:
        """SIGTERM, and the end."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=PATIENCE)
        return Finished(self.process.returncode, out, err)


@contextmanager
def service(data: Path) -> Iterator[Service]:
    """`redstation run` on a free port, listening; killed at the end where it still runs."""
    port = free_port()
    process = subprocess.Popen(
        [str(SCRIPT), "run", "--port", str(port), "--data", str(data)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/", env=environment(),
    )  # fmt: skip
    running = Service(f"http://127.0.0.1:{port}", process)
    try:
        eventually(lambda: bool(running.ready()) or process.poll() is not None, "the service listens")
        assert process.poll() is None, process.communicate()[1]
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()

"""A real bot process that is killed without a word, again and again, and started again at once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.bot.commands import environment

PATIENCE = 120.0  # seconds for a start
LONGEST_LIFE = 2.5  # seconds from being ready to the kill
UNREADY = 0.15  # share of the kills that come while it is still starting


class Victim:
    """`redstation run` on a data folder. `port` is kept, so that a webhook finds it again."""

    def __init__(self, data: Path, port: int, settings: Mapping[str, str], log: Path) -> None:
        self._command = [sys.executable, "-m", "bot", "run", "--data", str(data), "--port", str(port)]
        self._environment = environment(**settings)
        self._url = f"http://127.0.0.1:{port}/readyz"
        self._log = log.open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; returns at once."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=self._log, env=self._environment, cwd="/")

    def ready(self) -> None:
        """Wait until it serves."""
        assert self._process is not None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self._process.poll() is None, f"it ended by itself with {self._process.returncode}; see {self._log.name}"
            try:
                if httpx.get(self._url, timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"not ready after {PATIENCE} s")

    def live(self, chance: random.Random) -> None:
        """Let it run for a while of chance."""
        if chance.random() < UNREADY:
            time.sleep(chance.uniform(0.2, 4.0))
            return
        self.ready()
        time.sleep(chance.uniform(0.05, LONGEST_LIFE))

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        assert self._process.poll() is None, f"it ended by itself with {self._process.returncode}; see {self._log.name}"
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM, and its exit status."""
        assert self._process is not None
        self._process.terminate()
        status = self._process.wait(60)
        self._log.close()
        return status

    def abandon(self) -> None:
        """No process of ours is left behind, whatever happened."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

"""`python -m tests.crash.telegram --kills 200`: kill -9 on a real bot while riders go on asking.

Updates come by polling and by webhook in turn, 5 % of them twice and 5 % in disorder. Exit 1 and what is wrong, where anything is.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bot.app import application, open_or_build, shipped_library
from bot.settings import load_settings
from tests.bot.commands import free_port
from tests.botapi.journal import read_journal
from tests.botapi.server import BotApi
from tests.botapi.updates import Replay
from tests.crash.judging import Verdict, drained, judged
from tests.crash.killing import Victim
from tests.crash.people import Crowd

MODES = ("polling", "webhook")
SHARE = 0.05  # of updates that come twice, and of those that change places
SETTLING = 0.5  # seconds until the server has journalled what the dead process had sent
PATIENCE = 180.0  # seconds for what is left at the end
KEPT = ("heat-*.md", "hotline-*.md", "pay-*.md")


def small_library(data: Path) -> None:
    """A data folder with some forty shipped policies, built and live: quick to open."""
    policies = data / "library" / "policies"
    policies.mkdir(parents=True)
    for path in (path for pattern in KEPT for path in (shipped_library() / "policies").glob(pattern)):
        shutil.copy(path, policies)
    with application(load_settings(data=data)) as app:
        open_or_build(app)


def trial(mode: str, kills: int, seed: int, folder: Path) -> Verdict:
    """Kill a bot so many times; what is found afterwards. The folder holds a prepared `data` and gets journal and log."""
    chance = random.Random(seed)
    journal, data = folder / "journal.jsonl", folder / "data"
    with BotApi(replay=Replay(SHARE, SHARE, seed), journal=journal, webhook_unit=0.1) as server:
        port = free_port()
        victim = Victim(data, port, _settings(server, mode, port), folder / "bot.log")
        crowd = Crowd(server, seed)
        at: list[int] = []
        crowd.start()
        try:
            for number in range(kills):
                victim.start()
                victim.live(chance)
                victim.kill()
                time.sleep(SETTLING)
                at.append(len(read_journal(journal)))
                print(f"\r{mode}: {number + 1} of {kills} kills", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            victim.start()
            victim.ready()
            crowd.stop()
            _wait_until_drained(server, data)
            status = victim.stop()
        finally:
            victim.abandon()
        verdict = judged(crowd, data, journal, at)
        verdict.expect(status == 0, f"the last bot ended with {status}")
        return verdict


def _settings(server: BotApi, mode: str, port: int) -> dict[str, str]:
    polling = {"REDSTATION_TELEGRAM_TOKEN": server.token, "REDSTATION_TELEGRAM_BASE_URL": server.url}
    if mode == "polling":
        return polling
    secret = {"REDSTATION_TELEGRAM_WEBHOOK_SECRET": "secret-of-a-crash-test"}
    return polling | secret | {"REDSTATION_PUBLIC_URL": f"http://127.0.0.1:{port}"}


def _wait_until_drained(server: BotApi, data: Path) -> None:
    end = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 5:  # a poll that is under way may still bring copies
        assert time.monotonic() < end, f"after {PATIENCE} s {server.pending} updates wait, inbox and outbox empty: {drained(data)}"
        time.sleep(0.5)
        quiet = quiet + 1 if server.pending == 0 and drained(data) else 0


def main() -> None:
    """Half of the kills each way."""
    options = argparse.ArgumentParser(prog="python -m tests.crash.telegram", description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--mode", choices=MODES, help="default: half of the kills each")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    wrong = False
    for mode in [given.mode] if given.mode else MODES:
        folder = Path(tempfile.mkdtemp(prefix="redstation-crash-"))
        small_library(folder / "data")
        verdict = trial(mode, given.kills if given.mode else given.kills // 2, given.seed, folder)
        print(f"{mode}: " + ", ".join(f"{count} {name}" for name, count in verdict.figures.items()))
        for fault in verdict.faults[:20]:
            print(f"{mode}: WRONG {fault}")
        wrong |= bool(verdict.faults)
        if verdict.faults:
            print(f"{mode}: look into {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(int(wrong))


if __name__ == "__main__":
    main()

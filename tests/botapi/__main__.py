"""`python -m tests.botapi --port 8081 --script people.jsonl`: the server alone, for a bot in another process, until interrupted.

The script says what people do, one JSON object a line, each with one of
  {"user": "小李", "says": "你好"}            a text; "in": "车队群" says it in a group
  {"user": "小李", "location": [31.8, 117.2]}  latitude, longitude
  {"user": "小李", "taps": "查看来源"}         a button by its text or data
  {"user": "小李", "hears": 10}                wait so many seconds for the next message, and print it
  {"trouble": "drop", "method": "sendMessage", "nth": 2, "delivered": true}
      or hang, too_many ("retry_after"), server_error ("status"), refuse ("code", "description")
  {"wait": 0.5}                                seconds
What people hear goes to stdout as JSON lines, the address to stderr.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.botapi.people import Group, Person
from tests.botapi.server import TOKEN, BotApi
from tests.botapi.trouble import Drop, Effect, Hang, Refuse, ServerError, TooMany

_TROUBLE: Mapping[str, Callable[..., Effect]] = {
    "drop": Drop,
    "hang": Hang,
    "too_many": TooMany,
    "server_error": ServerError,
    "refuse": Refuse,
}
_RULE = ("method", "chat", "nth", "times", "chance")


class Play:
    """Carries out a script."""

    def __init__(self, server: BotApi) -> None:
        self._server = server
        self._people: dict[str, Person] = {}
        self._groups: dict[str, Group] = {}

    def step(self, line: Mapping[str, Any]) -> None:
        """One line of the script."""
        if "wait" in line:
            time.sleep(line["wait"])
        elif "trouble" in line:
            rule = {key: line[key] for key in _RULE if key in line}
            effect = {key: value for key, value in line.items() if key not in {*_RULE, "trouble"}}
            self._server.trouble.add(_TROUBLE[line["trouble"]](**effect), **rule)
        else:
            self._act(line)

    def _act(self, line: Mapping[str, Any]) -> None:
        name = line["user"]
        if name not in self._people:
            self._people[name] = self._server.user(name)
        person = self._people[name]
        where = self._group(line["in"], person) if "in" in line else None
        if "says" in line:
            person.says(line["says"], where=where)
        elif "location" in line:
            person.sends_location(*line["location"], where=where)
        elif "taps" in line:
            person.taps(line["taps"], where=where)
        elif "hears" in line:
            heard = (where or person).hears_here(line["hears"])
            print(json.dumps({"user": name, "hears": heard.text}, ensure_ascii=False), flush=True)
        else:
            raise SystemExit(f"botapi: nothing to do in {dict(line)}")

    def _group(self, title: str, person: Person) -> Group:
        if title not in self._groups:
            self._groups[title] = self._server.group(title, person)
        return self._groups[title]


def main() -> None:
    """Serve until interrupted; exit 1 when the bot did what no good bot does."""
    options = argparse.ArgumentParser(
        prog="python -m tests.botapi", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    options.add_argument("--port", type=int, default=0, help="default: any that is free")
    options.add_argument("--token", default=TOKEN)
    options.add_argument("--script", type=Path, help="what people do")
    options.add_argument("--journal", type=Path, help="a file for what is delivered, one JSON line an event")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with BotApi(port=given.port, token=given.token, journal=given.journal) as server:
        print(f"serving {server.url}/bot{server.token}/", file=sys.stderr, flush=True)
        try:
            play = Play(server)
            for line in given.script.read_text(encoding="utf-8").splitlines() if given.script else ():
                play.step(json.loads(line))
            signal.pause()
        except KeyboardInterrupt:
            pass
        for fault in server.faults:
            print(f"{fault.method}: {fault.description}", file=sys.stderr)
        raise SystemExit(1 if server.faults else 0)


if __name__ == "__main__":
    main()

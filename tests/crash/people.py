"""Riders who go on whatever happens to the bot: each asks one question of their own, some tap 有用 under the answer."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.botapi.people import Person
from tests.botapi.server import BotApi

ANSWERED = "气温到40度了还让送，合法吗"  # has an answer that can be rated
REFUSED = "帮我算算第{number}期彩票开什么号"  # has none, and leaves a gap behind
DANGER = "救命，我同事中暑晕过去了叫不醒"
TWO = 0.2  # share of riders who ask two things at once
A_SECOND = 6.0  # new questions
WAITING = 300  # updates on their way at which no new questions are asked, so that taps come in time


@dataclass
class Crowd:
    """Everybody who asked. `refused`, `answered` and `endangered` are chats by what was asked in them; `rated` is tapped there,
    `twice` are those of the refused who asked something that has an answer as well.
    """

    server: BotApi
    seed: int
    refused: dict[int, str] = field(default_factory=dict)
    answered: set[int] = field(default_factory=set)
    endangered: set[int] = field(default_factory=set)
    rated: set[int] = field(default_factory=set)
    twice: set[int] = field(default_factory=set)
    _people: dict[int, Person] = field(default_factory=dict)
    _untapped: list[Person] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _ended: bool = False

    @property
    def chats(self) -> Mapping[int, Person]:
        """Everybody by chat."""
        return self._people

    def start(self) -> None:
        """Begin to ask."""
        self._thread = threading.Thread(target=self._run, name="crowd", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more; those who were answered late still tap."""
        self._stop.set()
        assert self._thread is not None
        self._thread.join(300)
        assert self._ended, "the crowd gave up before it was told to: see above"

    def _run(self) -> None:
        chance = random.Random(self.seed)
        number = 0
        while not self._stop.is_set():
            if self.server.pending < WAITING:
                number += 1
                self._ask(number, chance.random())
            self._tap(chance)
            time.sleep(chance.expovariate(A_SECOND))
        self._ended = True

    def _ask(self, number: int, kind: float) -> None:
        rider = self.server.user(f"骑手{number}")
        self._people[rider.id] = rider
        if kind < 0.55:
            self.refused[rider.id] = REFUSED.format(number=number)
            rider.says(self.refused[rider.id])
            if kind < TWO:  # at once, so that the two can change places on their way
                self.twice.add(rider.id)
                rider.says(ANSWERED)
        elif kind < 0.95:
            self.answered.add(rider.id)
            self._untapped.append(rider)
            rider.says(ANSWERED)
        else:
            self.endangered.add(rider.id)
            rider.says(DANGER)

    def _tap(self, chance: random.Random) -> None:
        for rider in [one for one in self._untapped[:200] if has_button(one)]:
            self._untapped.remove(rider)
            if chance.random() < 0.7:
                self.rated.add(rider.id)
                rider.taps("有用")


def has_button(rider: Person) -> bool:
    """Whether 有用 can be tapped."""
    return any(button.text == "有用" for said in rider.said for button in said.buttons)

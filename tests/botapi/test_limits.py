"""Telegram's pace, on a clock of our own."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.botapi.conftest import asking
from tests.botapi.limits import Bans, Limits, Pace, Window
from tests.botapi.server import BotApi


@dataclass
class Hand:
    """A clock that is moved by hand."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_window_lets_its_number_through_and_says_how_long_to_wait() -> None:
    window = Window(2, 1.0)
    for at in (0.0, 0.4):
        assert window.wait(at) == 0
        window.take(at)
    assert window.wait(0.5) == pytest.approx(0.5)
    assert window.wait(1.0) == 0  # the first one is exactly a second old


@given(some.lists(some.floats(0, 0.4), max_size=60), some.integers(1, 5))
def test_no_second_holds_more_than_the_window_allows(pauses: list[float], most: int) -> None:
    window, now, taken = Window(most, 1.0), 0.0, []
    for pause in pauses:
        now += pause
        if not window.wait(now):
            window.take(now)
            taken.append(now)
    assert all(sum(start - 1.0 < at <= start for at in taken) <= most for start in taken)


def test_people_have_a_small_burst_and_groups_twenty_a_minute() -> None:
    pace = Pace(Limits())
    assert [pace.exceeded(7, 0.1 * n) for n in range(4)] == [None, None, None, (7, 3)]
    assert [pace.exceeded(-7, 10 + n) for n in range(21)] == [None] * 20 + [(-7, 40)]


def test_a_ban_covers_sending_and_nothing_else() -> None:
    bans = Bans()
    bans.announce("sendPhoto", None, 5, now=0)
    assert bans.hit("sendMessage", 1, now=4.9) is not None
    assert bans.hit("sendChatAction", 1, now=1) is None
    assert bans.hit("sendMessage", 1, now=5.0) is None
    assert [(early.after, round(early.left, 1)) for early in bans.early] == [(4.9, 0.1)]


async def test_the_server_enforces_the_pace_when_asked_to() -> None:
    clock = Hand()
    with BotApi(limits=Limits(overall=30), clock=clock) as server:
        people = [server.user() for _ in range(31)]
        async with aiohttp.ClientSession() as session:
            ask = asking(server, session)
            for person in people[:30]:
                assert (await ask("sendMessage", chat_id=person.id, text="x"))["ok"]
            refused = await ask("sendMessage", chat_id=people[30].id, text="x")
            assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
            assert not (await ask("sendMessage", chat_id=people[30].id, text="x"))["ok"]
            assert len(server.early) == 1
            clock.at += 1.0
            assert (await ask("sendMessage", chat_id=people[30].id, text="x"))["ok"]
    assert [len(person.said) for person in people] == [1] * 31

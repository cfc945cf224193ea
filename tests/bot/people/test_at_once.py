"""Many at once on one SQLite file: real processes and real threads."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.people import People
from bot.people.model import Connected, Reason, Refused, Role
from bot.storage.engine import open_engine
from bot.storage.people import PeopleRows
from tests.bot.people.conftest import ManualClock

PROCESSES = 4
START: Barrier


def ready(barrier: Barrier) -> None:
    global START  # noqa: PLW0603  a barrier cannot be passed to a pool in any other way
    START = barrier


def redeemed(kind: str, database: Path, subject: str, code: str) -> str:
    """In a process of its own: open the database, wait for the others, redeem."""
    engine = open_engine(database)
    try:
        people = People(PeopleRows(engine), ManualClock())
        door: Callable[[str, str, str], Connected | Refused] = (people.linking if kind == "link" else people.invitations).redeem
        people.accounts.find("web", subject)
        START.wait(60)
        found = door("web", subject, code)
        return found.person.id if isinstance(found, Connected) else found.reason
    finally:
        engine.dispose()


@pytest.mark.parametrize("kind", ["link", "invitation"])
def test_of_several_processes_that_redeem_one_code_exactly_one_succeeds(engine: Engine, database: Path, kind: str) -> None:
    people = People(PeopleRows(engine), ManualClock())
    owner = people.accounts.of("telegram", "4711")
    rounds = 8
    spawning = multiprocessing.get_context("spawn")
    barrier = spawning.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, spawning, ready, (barrier,)) as pool:
        for number in range(rounds):
            text = people.linking.code(owner).text if kind == "link" else people.invitations.invite(Role.ADMIN, by="cli")[1].text
            subjects = [f"{number} {process}" for process in range(PROCESSES)]
            found = list(pool.map(redeemed, [kind] * PROCESSES, [database] * PROCESSES, subjects, [text] * PROCESSES))
            refused = Reason.WRONG if kind == "link" else Reason.USED
            assert sorted(each == refused for each in found) == [False] + [True] * (PROCESSES - 1), found
            there = [subject for subject in subjects if people.accounts.find("web", subject) is not None]
            assert len(there) == 1
    assert len(people.roles.holders()) == (0 if kind == "link" else rounds)
    actions = [entry[1] for entry in people.audit.entries()]
    assert actions.count("person.link" if kind == "link" else "invitation.redeem") == rounds


def test_of_many_threads_that_meet_somebody_new_one_makes_them(engine: Engine) -> None:
    people = People(PeopleRows(engine), ManualClock())
    with ThreadPoolExecutor(16) as pool:
        for number in range(5):
            made = set(pool.map(lambda _, subject=str(number): people.accounts.of("telegram", subject, subject).id, range(16)))
            assert len(made) == 1


def test_guessing_in_parallel_gives_no_more_than_five_guesses(engine: Engine) -> None:
    people = People(PeopleRows(engine), ManualClock())
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda number: people.linking.redeem("web", "guesser", f"{number:08d}"), range(40)))
    assert found.count(Refused(Reason.WRONG)) == 5
    assert found.count(Refused(Reason.TOO_MANY)) == 35


def test_paths_made_at_once_are_made_once(engine: Engine) -> None:
    people = People(PeopleRows(engine), ManualClock())
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: people.areas.add(f"安徽省/合肥市/街道{number % 4}").id, range(32)))
    assert len(set(made)) == 4
    assert len(people.areas.below()) == 6

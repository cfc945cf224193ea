"""The inbox and the outbox: nothing twice, nothing lost, nothing held by two, and what is done is erased."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from bot.errors import StorageError
from bot.storage.engine import open_engine
from bot.storage.grouping import GroupWriter
from bot.storage.inbox import Row, parked
from bot.storage.outbox import Reply
from bot.storage.queues import LEASE
from bot.storage.updates import UpdateRows

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)
Opener = Callable[[str], UpdateRows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "redstation.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    opened = open_engine(path)
    yield opened
    opened.dispose()


@pytest.fixture
def worker(engine: Engine) -> Iterator[Opener]:
    """Processes by name, alive at NOW."""
    running: list[UpdateRows] = []

    def start(name: str, bot: int = 7) -> UpdateRows:
        rows = UpdateRows(engine, bot, name)
        rows.start()
        rows.workers.beat(NOW).result(5)
        running.append(rows)
        return rows

    yield start
    for rows in running:
        rows.stop()


def row(number: int, lane: str = "tg:1") -> Row:
    return Row(number, lane, "text", f'{{"text": "words {number}"}}')


def reply(number: int, part: int = 0, chat: int = 1) -> Reply:
    return Reply(number, part, chat, "sendMessage", f'{{"text": "answer {number}"}}')


def numbers(found: Any) -> list[int]:
    return [one.number for one in found.result(5)]


def test_an_update_is_stored_once_even_after_it_was_answered(worker: Opener) -> None:
    rows = worker("a")
    assert rows.inbox.put([row(1), row(2), row(1)], NOW).result(5) == {1, 2}
    assert rows.inbox.put([row(2), row(3)], NOW).result(5) == {3}
    assert rows.inbox.answered(1, [], {}, NOW).result(5) is True
    assert rows.inbox.put([row(1)], NOW).result(5) == frozenset()


def test_two_bots_in_one_folder_have_numbers_of_their_own(engine: Engine, worker: Opener) -> None:
    one = worker("a")
    other = UpdateRows(engine, 8, "b")
    other.start()
    assert one.inbox.put([row(1)], NOW).result(5) == other.inbox.put([row(1)], NOW).result(5) == {1}
    assert numbers(other.inbox.claim(LATER, 9)) == []
    other.stop()


def test_the_rows_of_a_dead_process_are_taken_over_and_those_of_a_live_one_are_not(worker: Opener) -> None:
    one, other = worker("a"), worker("b")
    one.inbox.put([row(1), row(2, "tg:2")], NOW).result(5)
    assert numbers(other.inbox.claim(NOW, 9)) == []
    other.workers.beat(LATER).result(5)
    assert numbers(other.inbox.claim(LATER, 9)) == [1, 2]
    assert numbers(other.inbox.claim(LATER, 9)) == []  # it holds them already
    assert one.inbox.answered(1, [reply(1)], {}, LATER).result(5) is False  # thought dead, it changes nothing any more
    assert numbers(other.outbox.claim(LATER + LEASE, 9)) == []
    assert other.inbox.answered(1, [reply(1)], {}, LATER).result(5) is True


def test_a_process_that_ends_in_order_leaves_its_rows_to_the_next_at_once(worker: Opener) -> None:
    one, other = worker("a"), worker("b")
    one.inbox.put([row(1), row(2)], NOW).result(5)
    one.inbox.answered(1, [reply(1)], {}, NOW).result(5)
    one.workers.leave().result(5)
    assert numbers(other.inbox.claim(NOW, 9)) == [2]
    assert numbers(other.outbox.claim(NOW, 9)) == [1]


def test_a_chat_keeps_its_order_over_two_processes(worker: Opener) -> None:
    one, other = worker("a"), worker("b")
    assert one.inbox.put([row(1)], NOW).result(5) == {1}
    assert other.inbox.put([row(2), row(3, "tg:2")], NOW).result(5) == {3}  # 2 waits behind 1
    assert numbers(other.inbox.claim(NOW, 9)) == []
    one.inbox.answered(1, [], {}, NOW).result(5)
    assert numbers(other.inbox.claim(NOW, 9)) == [2]
    one.inbox.put([row(4, "tg:3")], NOW).result(5)
    other.inbox.put([row(5, "tg:3")], NOW).result(5)
    assert numbers(one.inbox.claim(NOW, 9)) == [5]  # it holds what came before, so it may have what follows


def test_a_claim_is_bounded_and_goes_by_age(worker: Opener) -> None:
    one, other = worker("a"), worker("b")
    one.inbox.put([row(n, f"tg:{n}") for n in (5, 3, 4, 1, 2)], NOW).result(5)
    one.workers.leave().result(5)
    assert numbers(other.inbox.claim(NOW, 2)) == [1, 2]
    assert [found.claims for found in other.inbox.claim(NOW, 9).result(5)] == [1, 1, 1]


def test_an_answer_and_the_end_of_its_update_are_one_step(worker: Opener, path: Path) -> None:
    rows = worker("a")
    rows.inbox.put([row(1)], NOW).result(5)
    assert rows.inbox.answered(1, [reply(1, 0), reply(1, 1)], {"k": "what it says"}, NOW).result(5)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select count(*) from bot_inbox").fetchone() == (0,)
        assert database.execute("select number, part from bot_outbox").fetchall() == [(1, 0), (1, 1)]
    assert (rows.outbox.button("k"), rows.outbox.button("other")) == ("what it says", None)
    rows.outbox.delivered(reply(1, 0)).result(5)
    rows.workers.leave().result(5)
    assert [(one.number, one.part) for one in worker("b").outbox.claim(NOW, 9).result(5)] == [(1, 1)]


def test_replies_of_a_chat_move_with_it_and_go_with_it(worker: Opener) -> None:
    rows = worker("a")
    rows.inbox.put([row(1), row(2, "tg:2")], NOW).result(5)
    rows.inbox.answered(1, [reply(1, chat=1)], {}, NOW).result(5)
    rows.inbox.answered(2, [reply(2, chat=2)], {}, NOW).result(5)
    rows.outbox.move(1, -100).result(5)
    rows.outbox.drop(2).result(5)
    rows.outbox.postpone(reply(1), NOW + timedelta(seconds=30)).result(5)
    rows.workers.leave().result(5)
    (found,) = worker("b").outbox.claim(NOW, 9).result(5)
    assert (found.number, found.chat, found.due_at) == (1, -100, NOW + timedelta(seconds=30))


def test_what_was_given_up_is_listed_its_words_erased_after_a_day_and_the_rest_after_a_month(
    worker: Opener, engine: Engine, path: Path
) -> None:
    rows = worker("a")
    rows.inbox.put([row(1), row(2)], NOW).result(5)
    rows.inbox.failed(1, "RuntimeError").result(5)
    assert rows.inbox.park(1, "RuntimeError at x.py:3" * 40, [reply(1)], NOW).result(5) is True
    rows.outbox.park(reply(1), "refused", NOW).result(5)
    assert [(one.number, one.kind, one.trouble[:10]) for one in parked(engine)] == [
        (1, "text", "RuntimeErr"),
        (1, "reply", "refused"),
    ]
    assert rows.inbox.park(1, "again", [], NOW).result(5) is False
    assert numbers(worker("b").inbox.claim(LATER, 9)) == [2]
    rows.inbox.erase_old(NOW + timedelta(hours=25)).result(5)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select body from bot_inbox where number = 1").fetchone() == ("",)
    rows.inbox.erase_old(NOW + timedelta(days=31)).result(5)
    assert parked(engine) == []


def test_many_writers_share_a_transaction_and_one_that_fails_harms_no_other(engine: Engine) -> None:
    writer = GroupWriter(engine)

    def add(key: str) -> Callable[[Connection], str]:
        def work(connection: Connection) -> str:
            connection.execute(text("insert into bot_button values (:key, 'x', '2026-01-01')"), {"key": key})
            return key

        return work

    futures = [writer.submit(add(f"k{n}")) for n in range(300)]
    wrong = writer.submit(add("k7"))  # a key that is there
    after = writer.submit(add("last"))
    writer.start()
    assert [future.result(10) for future in futures] == [f"k{n}" for n in range(300)]
    assert after.result(10) == "last"
    with pytest.raises(Exception, match="UNIQUE"):
        wrong.result(10)
    writer.stop()
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from bot_button")).scalar() == 301


def test_a_database_that_cannot_be_written_fails_those_that_waited_and_the_next_goes_on(engine: Engine, path: Path) -> None:
    writer = GroupWriter(engine)
    writer.start()
    with closing(sqlite3.connect(path)) as other:
        other.execute("begin immediate")
        stuck = writer.submit(lambda connection: connection.execute(text("delete from bot_button")).rowcount)
        with pytest.raises(StorageError, match="locked"):
            stuck.result(30)
    assert writer.submit(lambda _: "done").result(10) == "done"
    writer.stop()


def test_two_processes_that_claim_at_the_same_moment_hold_different_rows(worker: Opener) -> None:
    first = worker("a")
    first.inbox.put([row(n, f"tg:{n}") for n in range(200)], NOW).result(5)
    first.workers.leave().result(5)
    others = [worker(f"w{n}") for n in range(4)]
    held: list[list[int]] = []

    def take(rows: UpdateRows) -> None:
        held.append([number for _ in range(20) for number in numbers(rows.inbox.claim(NOW, 5))])

    threads = [threading.Thread(target=take, args=(rows,)) for rows in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for one in held for number in one) == list(range(200))

"""What came in and is not applied yet.

A row is on disk before its update is acknowledged, and erased in the transaction that puts its answer into the outbox; the number
alone is remembered for some days, so that an update that comes again does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, insert, or_, select, update

from bot.storage.outbox import Outbox, Reply
from bot.storage.queues import TROUBLE, Workers, added, button, inbox, outbox, seen, worker

NUMBERS_KEPT = timedelta(days=3)  # Telegram itself keeps an update for one
BUTTONS_KEPT = timedelta(days=60)
WORDS_KEPT = timedelta(hours=24)  # of an update that was given up, as long as of a conversation
PARKED_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """One update; `body` is JSON. `claims` counts the processes that held it, `tries` the failures."""

    number: int
    lane: str
    kind: str
    body: str
    claims: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Parked:
    """Something that was given up: an update of `kind`, or the reply to one ("reply")."""

    number: int
    kind: str
    trouble: str
    parked_at: datetime


class Inbox:
    """The updates of one bot, as one worker sees them. A future fails with StorageError where the database cannot be written."""

    def __init__(self, workers: Workers, outbox: Outbox, bot: int) -> None:
        self._workers = workers
        self._outbox = outbox
        self._bot = bot

    def put(self, rows: Sequence[Row], at: datetime) -> Future[frozenset[int]]:
        """Store what is new; the numbers that this worker now holds. Others are known already, or wait behind a row of their lane
        that is not ours: `claim` brings those when their turn has come.
        """
        return self._workers.submit(lambda connection: self._put(connection, rows, at))

    def claim(self, at: datetime, most: int) -> Future[Sequence[Row]]:
        """Hold up to `most` rows that nobody holds, oldest first, never past one of the same lane that another worker holds."""
        return self._workers.submit(lambda connection: self._claim(connection, at, most))

    def answered(self, number: int, replies: Sequence[Reply], buttons: Mapping[str, str], at: datetime) -> Future[bool]:
        """Erase an update and put its replies into the outbox; False, and nothing done, where it is not ours any more."""

        def work(connection: Connection) -> bool:
            if connection.execute(delete(inbox).where(self._mine(number))).rowcount == 0:
                return False
            self._outbox.add(connection, replies, buttons, at)
            return True

        return self._workers.submit(work)

    def failed(self, number: int, trouble: str) -> Future[None]:
        """Note a failure."""

        def work(connection: Connection) -> None:
            values = {"tries": inbox.c.tries + 1, "trouble": trouble[:TROUBLE]}
            connection.execute(update(inbox).where(self._mine(number)).values(values))

        return self._workers.submit(work)

    def park(self, number: int, trouble: str, replies: Sequence[Reply], at: datetime) -> Future[bool]:
        """Give an update up and put what is said about it into the outbox; False where it is not ours any more."""

        def work(connection: Connection) -> bool:
            values = {"parked_at": at, "trouble": trouble[:TROUBLE], "worker": None}
            if connection.execute(update(inbox).where(self._mine(number)).values(values)).rowcount == 0:
                return False
            self._outbox.add(connection, replies, {}, at)
            return True

        return self._workers.submit(work)

    def erase_old(self, at: datetime) -> Future[None]:
        """Erase what nobody needs any more."""

        def work(connection: Connection) -> None:
            connection.execute(delete(seen).where(seen.c.seen_at < at - NUMBERS_KEPT))
            connection.execute(delete(button).where(button.c.shown_at < at - BUTTONS_KEPT))
            connection.execute(update(inbox).where(inbox.c.parked_at < at - WORDS_KEPT, inbox.c.body != "").values(body=""))
            for table in (inbox, outbox):
                connection.execute(delete(table).where(table.c.parked_at < at - PARKED_KEPT))
            connection.execute(delete(worker).where(worker.c.alive_until < at - timedelta(minutes=10)))

        return self._workers.submit(work)

    def _mine(self, number: int) -> ColumnElement[bool]:
        return and_(inbox.c.bot == self._bot, inbox.c.number == number, inbox.c.worker == self._workers.me)

    def _put(self, connection: Connection, rows: Sequence[Row], at: datetime) -> frozenset[int]:
        new = [row for row in rows if added(connection, seen, bot=self._bot, number=row.number, seen_at=at)]
        if not new:
            return frozenset()
        others = or_(inbox.c.worker.is_(None), inbox.c.worker != self._workers.me)
        waiting = (inbox.c.bot == self._bot, inbox.c.parked_at.is_(None), inbox.c.lane.in_({row.lane for row in new}), others)
        busy = set(connection.execute(select(inbox.c.lane).where(*waiting).distinct()).scalars())
        values = [
            {"bot": self._bot, "number": row.number, "lane": row.lane, "kind": row.kind, "body": row.body, "claims": 0, "tries": 0,
             "trouble": "", "received_at": at, "worker": None if row.lane in busy else self._workers.me}
            for row in new
        ]  # fmt: skip
        connection.execute(insert(inbox), values)
        return frozenset(row.number for row in new if row.lane not in busy)

    def _claim(self, connection: Connection, at: datetime, most: int) -> Sequence[Row]:
        earlier = inbox.alias()
        before = and_(earlier.c.bot == inbox.c.bot, earlier.c.lane == inbox.c.lane, earlier.c.number < inbox.c.number)
        held = exists().where(before, earlier.c.parked_at.is_(None), self._workers.held_by_others(earlier.c.worker, at))
        waiting = (inbox.c.bot == self._bot, inbox.c.parked_at.is_(None), self._workers.free(inbox, at), ~held)
        columns = (inbox.c.number, inbox.c.lane, inbox.c.kind, inbox.c.body, inbox.c.claims, inbox.c.tries)
        rows = connection.execute(select(*columns).where(*waiting).order_by(inbox.c.number).limit(most)).all()
        numbers = [row.number for row in rows]
        values = {"worker": self._workers.me, "claims": inbox.c.claims + 1}
        connection.execute(update(inbox).where(inbox.c.bot == self._bot, inbox.c.number.in_(numbers)).values(values))
        return [Row(number, lane, kind, body, claims + 1, tries) for number, lane, kind, body, claims, tries in rows]


def parked(engine: Engine) -> Sequence[Parked]:
    """All that was given up and is not erased yet, oldest first."""
    with engine.connect() as connection:
        columns = (inbox.c.number, inbox.c.kind, inbox.c.trouble, inbox.c.parked_at)
        found = [Parked(*row) for row in connection.execute(select(*columns).where(inbox.c.parked_at.is_not(None)))]
        replies = select(outbox.c.number, outbox.c.trouble, outbox.c.parked_at).where(outbox.c.parked_at.is_not(None))
        found += [Parked(number, "reply", trouble, at) for number, trouble, at in connection.execute(replies)]
    return sorted(found, key=lambda one: one.parked_at)

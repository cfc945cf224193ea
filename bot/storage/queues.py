"""The tables of the inbox and of the outbox of replies, and which running process holds their rows.

A worker is one running process. It says every few seconds that it is alive; the rows of one that no longer does belong to whoever
claims them. Whatever changes a held row names its worker, so that a process that was thought dead changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.storage.grouping import GroupWriter
from bot.storage.moments import Moment

Result = TypeVar("Result")
LEASE = timedelta(seconds=6)  # a worker that was silent for so long is dead
TROUBLE = 200  # characters kept of what went wrong

metadata = MetaData()
inbox = Table(
    "bot_inbox",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # Telegram's update_id
    Column("lane", String(64), nullable=False, index=True),  # rows of a lane are processed in order
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),  # JSON; never a location or a contact
    Column("worker", String(32), index=True),
    Column("claims", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("trouble", String(TROUBLE), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("parked_at", Moment, index=True),
)
seen = Table(
    "bot_inbox_seen",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False, index=True),
)
outbox = Table(
    "bot_outbox",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # of the update that it answers
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, nullable=False, index=True),
    Column("method", String(32), nullable=False),
    Column("body", Text, nullable=False),  # JSON: the method's parameters but chat_id
    Column("worker", String(32), index=True),
    Column("trouble", String(TROUBLE), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment),  # not before this
    Column("parked_at", Moment, index=True),
)
worker = Table(
    "bot_worker",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("alive_until", Moment, nullable=False),
)
button = Table(
    "bot_button",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("value", Text, nullable=False),  # what a button says or does, where a channel has no room for it
    Column("shown_at", Moment, nullable=False, index=True),
)


class Workers:
    """The lease of one running process, `me`."""

    def __init__(self, writer: GroupWriter, me: str) -> None:
        self._writer = writer
        self.me = me

    def submit(self, work: Callable[[Connection], Result]) -> Future[Result]:
        """Write with many others at once."""
        return self._writer.submit(work)

    def beat(self, at: datetime) -> Future[None]:
        """Say that this process is alive."""
        return self._writer.submit(lambda connection: self._beat(connection, at))

    def leave(self) -> Future[None]:
        """End: what this process holds is free at once."""
        return self._writer.submit(self._leave)

    def free(self, table: Table, at: datetime) -> ColumnElement[bool]:
        """Rows that nobody holds, or nobody who is alive."""
        return or_(table.c.worker.is_(None), and_(table.c.worker != self.me, table.c.worker.not_in(alive(at))))

    def held_by_others(self, holder: ColumnElement[str], at: datetime) -> ColumnElement[bool]:
        """Whether another live process is the holder."""
        return and_(holder != self.me, holder.in_(alive(at)))

    def _beat(self, connection: Connection, at: datetime) -> None:
        values = {"alive_until": at + LEASE}
        if connection.execute(update(worker).where(worker.c.id == self.me).values(values)).rowcount == 0:
            connection.execute(insert(worker).values(id=self.me, **values))

    def _leave(self, connection: Connection) -> None:
        for table in (inbox, outbox):
            connection.execute(update(table).where(table.c.worker == self.me).values(worker=None))
        connection.execute(delete(worker).where(worker.c.id == self.me))


def alive(at: datetime) -> Select[tuple[str]]:
    """The ids of live workers."""
    return select(worker.c.id).where(worker.c.alive_until > at)


def added(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row; False where its key is there already."""
    dialect_insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    return connection.execute(dialect_insert(table).values(**values).on_conflict_do_nothing()).rowcount == 1

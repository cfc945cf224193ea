"""Replies on their way: each part of each reply one row, unique, gone once it is delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, select, update

from bot.storage.queues import TROUBLE, Workers, added, button, outbox, seen


@dataclass(frozen=True, slots=True)
class Reply:
    """Part `part` of the answer to update `number`: a Bot API method and its parameters (JSON, without chat_id)."""

    number: int
    part: int
    chat: int
    method: str
    body: str
    due_at: datetime | None = None


class Outbox:
    """The replies of one bot, as one worker sees them."""

    def __init__(self, engine: Engine, workers: Workers, bot: int) -> None:
        self._engine = engine
        self._workers = workers
        self._bot = bot

    def add(self, connection: Connection, replies: Iterable[Reply], buttons: Mapping[str, str], at: datetime) -> None:
        """Add replies, held by this worker, within a transaction of the inbox; what is there already stays as it is."""
        self._put(connection, replies, buttons, at, self._workers.me)

    def _put(
        self, connection: Connection, replies: Iterable[Reply], buttons: Mapping[str, str], at: datetime, holder: str | None
    ) -> None:
        for reply in replies:
            values = {"number": reply.number, "part": reply.part, "chat": reply.chat, "method": reply.method, "body": reply.body}
            added(connection, outbox, bot=self._bot, worker=holder, trouble="", made_at=at, **values)
        for key, value in buttons.items():
            if not added(connection, button, key=key, value=value, shown_at=at):
                connection.execute(update(button).where(button.c.key == key).values(shown_at=at))

    def leave(self, replies: Sequence[Reply], buttons: Mapping[str, str], at: datetime) -> Future[None]:
        """Put messages that answer no update into the outbox, for whoever claims them first; each number once."""

        def work(connection: Connection) -> None:
            new = [reply for reply in replies if added(connection, seen, bot=self._bot, number=reply.number, seen_at=at)]
            self._put(connection, [reply for reply in replies if reply.number in {one.number for one in new}], buttons, at, None)

        return self._workers.submit(work)

    def claim(self, at: datetime, most: int) -> Future[Sequence[Reply]]:
        """Hold up to `most` replies that nobody holds, oldest first, never past one of the same chat that another worker holds."""
        return self._workers.submit(lambda connection: self._claim(connection, at, most))

    def delivered(self, reply: Reply) -> Future[None]:
        """Erase a reply."""
        return self._workers.submit(lambda connection: self._erase(connection, self._this(reply)))

    def postpone(self, reply: Reply, until: datetime) -> Future[None]:
        """Not before `until`, even after a restart."""
        return self._change(reply, due_at=until)

    def park(self, reply: Reply, trouble: str, at: datetime) -> Future[None]:
        """Give a reply up: its words are erased, what went wrong is kept."""
        return self._change(reply, parked_at=at, trouble=trouble[:TROUBLE], body="", worker=None)

    def drop(self, chat: int) -> Future[None]:
        """Erase everything for a chat that cannot be written to."""
        rows = and_(outbox.c.bot == self._bot, outbox.c.chat == chat)
        return self._workers.submit(lambda connection: self._erase(connection, rows))

    def move(self, old: int, new: int) -> Future[None]:
        """A chat has another number."""

        def work(connection: Connection) -> None:
            connection.execute(update(outbox).where(outbox.c.bot == self._bot, outbox.c.chat == old).values(chat=new))

        return self._workers.submit(work)

    def button(self, key: str) -> str | None:
        """What a button with this key says or does."""
        with self._engine.connect() as connection:
            found = connection.execute(select(button.c.value).where(button.c.key == key)).scalar()
        return None if found is None else str(found)

    def _this(self, reply: Reply) -> ColumnElement[bool]:
        return and_(outbox.c.bot == self._bot, outbox.c.number == reply.number, outbox.c.part == reply.part)

    def _change(self, reply: Reply, **values: object) -> Future[None]:
        def work(connection: Connection) -> None:
            connection.execute(update(outbox).where(self._this(reply)).values(**values))

        return self._workers.submit(work)

    @staticmethod
    def _erase(connection: Connection, rows: ColumnElement[bool]) -> None:
        connection.execute(delete(outbox).where(rows))

    def _claim(self, connection: Connection, at: datetime, most: int) -> Sequence[Reply]:
        earlier = outbox.alias()
        before = and_(earlier.c.bot == outbox.c.bot, earlier.c.chat == outbox.c.chat, earlier.c.number < outbox.c.number)
        held = exists().where(before, earlier.c.parked_at.is_(None), self._workers.held_by_others(earlier.c.worker, at))
        waiting = (outbox.c.bot == self._bot, outbox.c.parked_at.is_(None), self._workers.free(outbox, at), ~held)
        columns = (outbox.c.number, outbox.c.part, outbox.c.chat, outbox.c.method, outbox.c.body, outbox.c.due_at)
        rows = connection.execute(select(*columns).where(*waiting).order_by(outbox.c.number, outbox.c.part).limit(most)).all()
        found = [Reply(*row) for row in rows]
        for reply in found:
            connection.execute(update(outbox).where(self._this(reply)).values(worker=self._workers.me))
        return found

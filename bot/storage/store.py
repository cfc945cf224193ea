"""Rows of conversations and ratings, and their SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, DateTime, Engine, MetaData, String, Table, Text, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from knowledge.redacting import redact

metadata = MetaData()
conversation = Table(
    "bot_conversation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("turns", Text, nullable=False),  # JSON list of the rider's last turns, oldest first, redacted
    Column("updated_at", DateTime(timezone=True), nullable=False, index=True),
)
rating = Table(
    "bot_rating",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("useful", Boolean, nullable=False),
    Column("policies", Text, nullable=False),  # ids, joined by blanks
    Column("rated_at", DateTime(timezone=True), nullable=False),
)
TURNS_KEPT = 4


class Conversations:
    """The last turns of each conversation, for as long as a follow-up is likely."""

    def __init__(self, engine: Engine, kept: timedelta) -> None:
        self._engine = engine
        self._kept = kept

    def turns(self, identity: str, now: datetime) -> tuple[str, ...]:
        """The rider's earlier turns, oldest first; () where they are too old."""
        query = select(conversation.c.turns).where(conversation.c.id == identity, conversation.c.updated_at > now - self._kept)
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        return tuple(json.loads(found)) if found else ()

    def remember(self, identity: str, earlier: Sequence[str], turn: str, now: datetime) -> None:
        """Add a turn, redacted, as the latest. One that is remembered already only moves: a message that is processed anew after a
        crash was one message.
        """
        kept = redact(turn)
        turns = json.dumps([*(held for held in earlier if held != kept), kept][-TURNS_KEPT:], ensure_ascii=False)
        row = insert(conversation).values(id=identity, turns=turns, updated_at=now)
        row = row.on_conflict_do_update(index_elements=["id"], set_={"turns": turns, "updated_at": now})
        with self._engine.begin() as connection:
            connection.execute(row)

    def erase_old(self, now: datetime) -> int:
        """Erase every conversation that is too old; how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(delete(conversation).where(conversation.c.updated_at <= now - self._kept)).rowcount

    def forget(self, identity: str) -> None:
        """Erase a conversation."""
        with self._engine.begin() as connection:
            connection.execute(delete(conversation).where(conversation.c.id == identity))


class Ratings:
    """有用/没用 by reply, without the person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rate(self, request: str, useful: bool, policies: Sequence[str], now: datetime) -> None:
        """The last word of a rider on one reply."""
        values = {"useful": useful, "rated_at": now}
        row = insert(rating).values(request=request, policies=" ".join(policies), **values)
        with self._engine.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["request"], set_=values))

    def counts(self) -> tuple[int, int]:
        """(useful, not useful)."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(rating.c.useful, func.count()).group_by(rating.c.useful)).all()
        found = {bool(useful): int(count) for useful, count in rows}
        return found.get(True, 0), found.get(False, 0)

"""The tables of people, and how they are written to.

Everything about a person hangs on their row in `bot_person` and goes with it (`ondelete`); only the audit keeps their opaque id.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, Engine, ForeignKey, Integer, MetaData, String, Table, Text, insert, update
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageError
from bot.storage.moments import Moment

Note = tuple[str, str, str, datetime, str]  # actor, action, target, at, why
metadata = MetaData()


def _person(primary: bool = False, index: bool = False) -> Column[str]:
    owner = ForeignKey("bot_person.id", ondelete="CASCADE")
    return Column("person", String(32), owner, primary_key=primary, nullable=False, index=index)


area = Table(
    "bot_area",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("parent", String(16), ForeignKey("bot_area.id"), index=True),
    Column("name", String(40), nullable=False, index=True),
    Column("path", Text, nullable=False, unique=True),  # of names, so that ancestors and descendants are one query
)
person = Table(
    "bot_person",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("language", String(2)),
    Column("work", String(16)),
    Column("area", String(16), ForeignKey("bot_area.id", ondelete="SET NULL"), index=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
identity = Table(
    "bot_identity",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("subject", String(64), primary_key=True),  # a keyed digest
    _person(index=True),
    Column("connected_at", Moment, nullable=False),
)
reach = Table(
    "bot_reach",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("address", String(64), primary_key=True),
    _person(index=True),
    Column("blocked_at", Moment),
)
wish = Table(
    "bot_wish",
    metadata,
    _person(primary=True),
    Column("kind", String(16), primary_key=True),
    Column("wanted", Boolean, nullable=False),  # a no is kept as well: when two persons become one, the last word counts
    Column("said_at", Moment, nullable=False),
)
role = Table(
    "bot_role",
    metadata,
    _person(primary=True),
    Column("role", String(16), primary_key=True),
    Column("over", String(64), primary_key=True),  # a station's id, an area's id, "" for an admin
    Column("granted_at", Moment, nullable=False),
)
link = Table(
    "bot_link_code",
    metadata,
    Column("digest", String(64), primary_key=True),
    _person(index=True),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", String(64)),  # digest of the identity: the same one may send the code again
)
invitation = Table(
    "bot_invitation",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("over", Text, nullable=False),  # JSON list
    Column("made_by", String(32), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("redeemed_by", String(32), ForeignKey("bot_person.id", ondelete="SET NULL"), index=True),
    Column("redeemed_at", Moment),
    Column("withdrawn_at", Moment),
)
wrong = Table(
    "bot_wrong_code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(64), nullable=False, index=True),  # digest of the identity
    Column("tried_at", Moment, nullable=False, index=True),
)
key = Table(
    "bot_people_key",
    metadata,
    Column("id", Integer, primary_key=True),  # one row, id 1, made by the migration
    Column("key", String(64), nullable=False),
)
audit = Table(
    "bot_audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(32), nullable=False, index=True),
    Column("action", String(32), nullable=False),
    Column("target", String(64), nullable=False, index=True),
    Column("why", Text, nullable=False),
)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection. Raises StorageError."""
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as cause:
        raise _unusable(cause) from cause


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other one of these overlaps: the key's row is its lock, in SQLite and in PostgreSQL alike, so what is
    read inside is true until the end. Raises StorageError.
    """
    try:
        with engine.begin() as connection:
            connection.execute(update(key).where(key.c.id == 1).values(id=1))
            yield connection
    except SQLAlchemyError as cause:
        raise _unusable(cause) from cause


def write_note(connection: Connection, note: Note) -> None:
    """Add to the audit, in the transaction of what it tells."""
    actor, action, target, at, why = note
    connection.execute(insert(audit).values(actor=actor, action=action, target=target, at=at, why=why))


def _unusable(cause: SQLAlchemyError) -> StorageError:
    reason = getattr(cause, "orig", None) or type(cause).__name__
    return StorageError(f"the database cannot be used ({reason}); free some disk space or choose --data")

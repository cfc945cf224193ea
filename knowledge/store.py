"""The rows of the room and their SQL: which release is live, and what nobody could answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, Text, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

metadata = MetaData()

release = Table(
    "knowledge_release",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("activated_at", DateTime(timezone=True), nullable=False),
    Column("policies", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
)
pointer = Table(
    "knowledge_pointer",
    metadata,
    Column("id", Integer, primary_key=True),  # one row, id 1
    Column("version", String(64), nullable=False),
)
gap = Table(
    "knowledge_gap",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("question", Text, nullable=False),  # redacted; holds no person
    Column("reason", String(16), nullable=False),
    Column("nearest", Text, nullable=False),  # policy ids, joined by blanks
    Column("asked_at", DateTime(timezone=True), nullable=False),
)


class ReleaseRows:
    """`Releases` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def active(self) -> str | None:
        """The live version, None before the first."""
        with self._engine.connect() as connection:
            found = connection.execute(select(pointer.c.version).where(pointer.c.id == 1)).scalar()
        return None if found is None else str(found)

    def activate(self, version: str, at: datetime, policies: int, passages: int) -> None:
        """Point everybody at `version`, in one transaction."""
        with self._engine.begin() as connection:
            known = connection.execute(select(release.c.version).where(release.c.version == version)).scalar()
            if known is None:
                values = {"version": version, "activated_at": at, "policies": policies, "passages": passages}
                connection.execute(insert(release).values(**values))
            moved = connection.execute(update(pointer).where(pointer.c.id == 1).values(version=version))
            if moved.rowcount == 0:
                connection.execute(insert(pointer).values(id=1, version=version))

    def versions(self) -> Sequence[tuple[str, datetime, int, int]]:
        """(version, made live first at, policies, passages), newest first."""
        columns = (release.c.version, release.c.activated_at, release.c.policies, release.c.passages)
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(release.c.activated_at.desc(), release.c.version.desc()))
            return [(v, at if at.tzinfo else at.replace(tzinfo=UTC), p, n) for v, at, p, n in rows]

    def forget(self, version: str) -> None:
        """Take a version out of the list."""
        with self._engine.begin() as connection:
            connection.execute(delete(release).where(release.c.version == version))


class GapRows:
    """`Gaps` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, request: str, question: str, reason: str, nearest: Sequence[str], at: datetime) -> None:
        """Note a redacted question once per `request`."""
        values = {"request": request, "question": question, "reason": reason, "nearest": " ".join(nearest), "asked_at": at}
        dialect_insert = sqlite_insert if self._engine.dialect.name == "sqlite" else postgresql_insert
        with self._engine.begin() as connection:
            connection.execute(dialect_insert(gap).values(**values).on_conflict_do_nothing())

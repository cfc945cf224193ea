"""The engine: a schema that is up to date, pragmas that keep what was acknowledged, and clear words where it cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, text

from bot.errors import StorageError
from bot.storage import queues as queue_tables
from bot.storage import store as bot_store
from bot.storage.engine import HEADS, alembic_configuration, open_engine
from bot.storage.people import tables as people_tables
from knowledge import store as knowledge_store


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "data" / "redstation.db")
    yield opened
    opened.dispose()


def versions(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text("select version_num from alembic_version")).scalars())


def test_the_heads_that_are_written_down_are_alembics_own() -> None:
    assert set(ScriptDirectory.from_config(alembic_configuration()).get_heads()) == HEADS


def test_a_new_database_is_brought_to_every_head(engine: Engine) -> None:
    assert versions(engine) == HEADS


def test_the_migrations_make_the_tables_that_the_code_uses(engine: Engine) -> None:
    wanted = MetaData()
    for room in (bot_store, people_tables, queue_tables, knowledge_store):
        for table in room.metadata.tables.values():
            table.to_metadata(wanted)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), wanted) == []


def test_an_older_database_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "redstation.db"
    open_engine(path).dispose()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("insert into bot_rating values ('r', 1, '', '2026-01-01 00:00:00')")
        database.execute("delete from alembic_version where version_num like 'knowledge%'")
        for table in knowledge_store.metadata.tables:
            database.execute(f"drop table {table}")
    engine = open_engine(path)
    assert versions(engine) == HEADS
    assert bot_store.Ratings(engine).counts() == (1, 0)
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 5000)],
)
def test_every_connection_keeps_what_was_acknowledged(engine: Engine, pragma: str, value: object) -> None:
    with engine.connect() as first, engine.connect() as second:
        assert [connection.execute(text(f"pragma {pragma}")).scalar() for connection in (first, second)] == [value, value]


def test_a_path_that_cannot_be_a_database_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="--data"):
        open_engine(tmp_path / "file" / "redstation.db")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StorageError, match="writable"):
        open_engine(tmp_path / "folder.db")
    (tmp_path / "garbled.db").write_bytes(b"not a database at all" * 200)
    with pytest.raises(StorageError, match="move the file away"):
        open_engine(tmp_path / "garbled.db")

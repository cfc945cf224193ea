"""A database of the version before people is brought up to date with what it holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from bot.people import People
from bot.storage.engine import alembic_configuration, open_engine
from bot.storage.people import PeopleRows
from tests.bot.people.conftest import ManualClock


def test_an_older_database_gains_people_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "redstation.db"
    old = create_engine(f"sqlite:///{path}")
    with old.begin() as connection:
        configuration = alembic_configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "bot_0001")
    old.dispose()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("insert into bot_rating values ('r', 1, '', '2026-01-01 00:00:00')")
        assert database.execute("select 1 from sqlite_master where name = 'bot_person'").fetchall() == []
    engine = open_engine(path)
    try:
        people = People(PeopleRows(engine), ManualClock())
        person = people.accounts.of("web", "token")
        assert people.accounts.find("web", "token") == person
    finally:
        engine.dispose()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select request from bot_rating").fetchall() == [("r",)]

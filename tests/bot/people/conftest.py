"""People on a real SQLite file, and on the doubles that ship with the room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.people import People
from bot.people.ports import Rows
from bot.people.testing import InMemoryPeople
from bot.storage.engine import open_engine
from bot.storage.people import PeopleRows

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@dataclass
class ManualClock:
    """A clock that goes when told."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def go(self, span: timedelta) -> None:
        self.at += span


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the schema up to date; to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "redstation.db"
    open_engine(path).dispose()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "redstation.db"))


@pytest.fixture
def engine(database: Path) -> Iterator[Engine]:
    opened = open_engine(database)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["memory", "rows"])
def rows(request: pytest.FixtureRequest, engine: Engine) -> Rows:
    return InMemoryPeople() if request.param == "memory" else PeopleRows(engine)


@pytest.fixture
def people(rows: Rows, clock: ManualClock) -> People:
    return People(rows, clock)

"""What every `Releases` does, in memory and on the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.storage.engine import open_engine
from knowledge.ports import Releases
from knowledge.store import ReleaseRows
from knowledge.testing import InMemoryReleases

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@pytest.fixture(params=["memory", "rows"])
def releases(request: pytest.FixtureRequest, engine: Engine) -> Releases:
    return InMemoryReleases() if request.param == "memory" else ReleaseRows(engine)


def test_before_the_first_release_nothing_is_live(releases: Releases) -> None:
    assert releases.active() is None
    assert list(releases.versions()) == []


def test_the_last_activated_version_is_live(releases: Releases) -> None:
    releases.activate("a", NOON, 3, 4)
    releases.activate("b", NOON + timedelta(hours=1), 5, 6)
    assert releases.active() == "b"


def test_versions_come_newest_first_with_their_moment_and_sizes(releases: Releases) -> None:
    releases.activate("a", NOON, 3, 4)
    releases.activate("b", NOON + timedelta(hours=1), 5, 6)
    assert list(releases.versions()) == [("b", NOON + timedelta(hours=1), 5, 6), ("a", NOON, 3, 4)]


def test_versions_of_one_moment_come_in_order_of_name(releases: Releases) -> None:
    for version in ("b", "c", "a"):
        releases.activate(version, NOON, 1, 1)
    assert [entry[0] for entry in releases.versions()] == ["c", "b", "a"]


def test_going_back_makes_an_old_version_live_and_keeps_its_first_moment(releases: Releases) -> None:
    releases.activate("a", NOON, 3, 4)
    releases.activate("b", NOON + timedelta(hours=1), 5, 6)
    releases.activate("a", NOON + timedelta(hours=2), 3, 4)
    assert releases.active() == "a"
    assert [entry[:2] for entry in releases.versions()] == [("b", NOON + timedelta(hours=1)), ("a", NOON)]


def test_a_forgotten_version_leaves_the_list_and_the_live_one_stays(releases: Releases) -> None:
    releases.activate("a", NOON, 3, 4)
    releases.activate("b", NOON + timedelta(hours=1), 5, 6)
    releases.forget("a")
    releases.forget("never known")
    assert [entry[0] for entry in releases.versions()] == ["b"]
    assert releases.active() == "b"


def test_moments_are_aware(releases: Releases) -> None:
    releases.activate("a", NOON.astimezone(), 3, 4)
    (entry,) = releases.versions()
    assert entry[1] == NOON
    assert entry[1].tzinfo is not None


def test_rows_are_seen_by_another_process_at_once(engine: Engine) -> None:
    ReleaseRows(engine).activate("a", NOON, 3, 4)
    other = open_engine(Path(str(engine.url.database)))
    try:
        assert ReleaseRows(other).active() == "a"
        ReleaseRows(other).activate("b", NOON, 3, 4)
    finally:
        other.dispose()
    assert ReleaseRows(engine).active() == "b"

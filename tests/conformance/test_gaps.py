"""What every `Gaps` does, in memory and on the database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from knowledge.ports import Gaps
from knowledge.store import GapRows, gap
from knowledge.testing import InMemoryGaps

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
Row = tuple[str, str, str, tuple[str, ...]]


class Book:
    """A `Gaps` and a way to read it: the port only writes."""

    def __init__(self, kind: str, engine: Engine) -> None:
        self.memory = InMemoryGaps()
        self.gaps: Gaps = self.memory if kind == "memory" else GapRows(engine)
        self._engine = engine if kind == "rows" else None

    def rows(self) -> list[Row]:
        """(request, question, reason, nearest), in order of request."""
        if self._engine is None:
            return sorted((name, held.question, held.reason, held.nearest) for name, held in self.memory.recorded.items())
        with self._engine.connect() as connection:
            found = connection.execute(select(gap.c.request, gap.c.question, gap.c.reason, gap.c.nearest).order_by(gap.c.request))
            return [(request, question, reason, tuple(nearest.split())) for request, question, reason, nearest in found]


@pytest.fixture(params=["memory", "rows"])
def book(request: pytest.FixtureRequest, engine: Engine) -> Book:
    return Book(request.param, engine)


def test_a_gap_is_kept_as_it_was_noted(book: Book) -> None:
    book.gaps.record("r1", "彩票开什么号", "no_ground", ["pay-free", "heat"], NOON)
    assert book.rows() == [("r1", "彩票开什么号", "no_ground", ("pay-free", "heat"))]


def test_noting_the_same_request_again_changes_nothing(book: Book) -> None:
    book.gaps.record("r1", "第一次", "no_ground", [], NOON)
    book.gaps.record("r1", "第二次", "outside", ["heat"], NOON)
    assert book.rows() == [("r1", "第一次", "no_ground", ())]


def test_the_same_question_in_two_requests_is_noted_twice(book: Book) -> None:
    book.gaps.record("r1", "问", "no_ground", [], NOON)
    book.gaps.record("r2", "问", "no_ground", [], NOON)
    assert [row[0] for row in book.rows()] == ["r1", "r2"]

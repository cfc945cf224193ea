"""What every `Index` does: the exact one of the tests, and Chroma."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.adapters.chroma import ChromaIndex, build_index
from knowledge.errors import ReleaseDamaged
from knowledge.ports import Index, Matrix
from knowledge.testing import ExactIndex

DIMENSION = 24
Opener = Callable[[Matrix], Index]


def vectors(rows: int, seed: int = 7) -> Matrix:
    drawn = np.random.default_rng(seed).standard_normal((rows, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


@pytest.fixture(params=["exact", "chroma"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    opened: list[Index] = []

    def open_index(held: Matrix) -> Index:
        if request.param == "exact":
            opened.append(ExactIndex(held))
        else:
            build_index(held, tmp_path / f"vectors{len(opened)}")
            opened.append(ChromaIndex(tmp_path / f"vectors{len(opened)}"))
        return opened[-1]

    yield open_index
    for index in opened:
        index.close()


def test_a_row_finds_itself_first_with_a_cosine_of_one(opener: Opener) -> None:
    held = vectors(60)
    index = opener(held)
    for row in (0, 31, 59):
        found, cosine = index.nearest(held[row], 5)[0]
        assert found == row
        assert cosine == pytest.approx(1.0, abs=1e-4)


def test_neighbours_come_nearest_first_with_their_cosines(opener: Opener) -> None:
    held, asked = vectors(200), vectors(1, seed=8)
    found = opener(held).nearest(asked, 20)
    cosines = held @ asked[0]
    assert len(found) == 20
    assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)
    for row, cosine in found:
        assert cosine == pytest.approx(float(cosines[row]), abs=1e-4)


def test_one_vector_may_come_flat_or_as_a_row(opener: Opener) -> None:
    held = vectors(10)
    index = opener(held)
    assert [row for row, _ in index.nearest(held[3], 3)] == [row for row, _ in index.nearest(held[3:4], 3)]


def test_no_more_is_found_than_there_is(opener: Opener) -> None:
    held = vectors(3)
    assert sorted(row for row, _ in opener(held).nearest(held[0], 48)) == [0, 1, 2]


def test_a_vector_of_nothing_is_answered_all_the_same(opener: Opener) -> None:
    found = opener(vectors(5)).nearest(np.zeros(DIMENSION, np.float32), 3)
    assert len(found) == 3


def test_more_rows_than_one_batch_keep_their_numbers(opener: Opener) -> None:
    held = vectors(2100)
    index = opener(held)
    assert [index.nearest(held[row], 1)[0][0] for row in (0, 999, 1000, 2000, 2099)] == [0, 999, 1000, 2000, 2099]


def test_a_closed_index_says_so_and_closing_twice_is_harmless(opener: Opener) -> None:
    held = vectors(5)
    index = opener(held)
    index.close()
    index.close()
    with pytest.raises(ReleaseDamaged):
        index.nearest(held[0], 1)


def test_chroma_finds_nearly_all_that_the_exact_index_finds(tmp_path: Path) -> None:
    held = vectors(2000)
    build_index(held, tmp_path / "vectors")
    chroma, exact = ChromaIndex(tmp_path / "vectors"), ExactIndex(held)
    try:
        shared = [
            len({row for row, _ in chroma.nearest(asked, 48)} & {row for row, _ in exact.nearest(asked, 48)})
            for asked in vectors(30, seed=9)
        ]
    finally:
        chroma.close()
    assert np.mean(shared) / 48 > 0.9

"""Chroma reads a private copy: a release's own files never change, and damage is an error of ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.adapters.chroma import ChromaIndex
from knowledge.errors import ReleaseDamaged
from knowledge.releases import checksums


def test_reading_does_not_change_a_releases_files(small_release: Path) -> None:
    before = checksums(small_release)
    index = ChromaIndex(small_release / "vectors")
    index.nearest(np.ones(_dimension(index), np.float32), 2)
    index.close()
    assert checksums(small_release) == before


def test_the_private_copy_goes_with_the_index(small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    index = ChromaIndex(small_release / "vectors")
    assert len(list(tmp_path.iterdir())) == 1
    index.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_index_is_damage_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "copies").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "copies"))
    with pytest.raises(ReleaseDamaged):
        ChromaIndex(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseDamaged):
        ChromaIndex(tmp_path / "empty")
    (tmp_path / "garbled").mkdir()
    (tmp_path / "garbled" / "chroma.sqlite3").write_bytes(b"x" * 5000)
    with pytest.raises(ReleaseDamaged):
        ChromaIndex(tmp_path / "garbled")
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_vector_of_another_length_is_damage(small_release: Path) -> None:
    index = ChromaIndex(small_release / "vectors")
    with pytest.raises(ReleaseDamaged):
        index.nearest(np.ones(_dimension(index) + 1, np.float32), 2)
    index.close()


def _dimension(index: ChromaIndex) -> int:
    held = index._collection.get(limit=1, include=["embeddings"])
    return len(held["embeddings"][0])

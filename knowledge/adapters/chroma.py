"""Nearest neighbours in an embedded Chroma collection (chromadb 1.5.9): one directory a release, immutable once built.

`add` holds the GIL for seconds, so `build_index` belongs into a child process. Chroma writes to the files it opens (its
SQLite file changes on every open), so a release's files are never opened themselves: `ChromaIndex` works on a private copy
of files whose checksums the caller has verified. A damaged or half-written index is therefore seen before Chroma is.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings

from knowledge.errors import ReleaseDamaged
from knowledge.ports import Matrix

COLLECTION = "units"
BATCH = 1000  # rows an `add`; Chroma takes 5,461 at most


def _client(folder: Path) -> ClientAPI:
    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def build_index(vectors: Matrix, folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Write an index over the rows of `vectors` (n, dimension) into the new folder `folder`."""
    folder.mkdir(parents=True)
    client = _client(folder)
    try:
        collection = client.create_collection(COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
        for start in range(0, len(vectors), BATCH):
            rows = range(start, min(start + BATCH, len(vectors)))
            collection.add(ids=[str(row) for row in rows], embeddings=vectors[rows.start : rows.stop])
            if progress is not None:
                progress(rows.stop, len(vectors))
    finally:
        client.close()


class ChromaIndex:
    """A private copy of a built index, opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Copy and open the index in `folder`. Raises ReleaseDamaged."""
        self._copy = tempfile.TemporaryDirectory(prefix="redstation-index-")
        self._client: ClientAPI | None = None
        try:
            shutil.copytree(folder, self._copy.name, dirs_exist_ok=True)
            self._client = _client(Path(self._copy.name))
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            self._size = self._collection.count()
        except Exception as cause:  # Chroma's errors have no common base
            self.close()
            raise ReleaseDamaged(f"the index in {folder} cannot be opened: {cause}") from cause

    def nearest(self, vector: Matrix, count: int) -> list[tuple[int, float]]:
        """Up to `count` (row, cosine) pairs, nearest first. Raises ReleaseDamaged."""
        try:
            found = self._collection.query(
                query_embeddings=np.atleast_2d(vector), n_results=min(count, self._size), include=["distances"]
            )
        except Exception as cause:
            raise ReleaseDamaged(f"the index cannot be searched: {cause}") from cause
        distances = found["distances"]
        assert distances is not None
        return [(int(row), 1.0 - float(far)) for row, far in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Let go of the files and remove the copy; safe to call twice."""
        if self._client is not None:
            self._client.close()
            self._client = None
        self._copy.cleanup()

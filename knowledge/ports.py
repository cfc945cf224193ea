"""The doors of the room: what it needs from outside, as small as each caller can bear."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Location

Matrix = NDArray[np.float32]


class Embedder(Protocol):
    """Text to unit-length vectors, shape (len(texts), dimension)."""

    name: str
    dimension: int

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Vectors of questions. Raises EmbeddingError."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> Matrix:
        """Vectors of library texts. Raises EmbeddingError."""
        ...


class Index(Protocol):
    """Nearest neighbours of a vector. Ids are the row numbers the vectors were added with."""

    def nearest(self, vector: Matrix, count: int) -> list[tuple[int, float]]:
        """Up to `count` (row, cosine) pairs, nearest first. Raises ReleaseDamaged."""
        ...

    def close(self) -> None:
        """Let go of the files; safe to call twice."""
        ...


class Releases(Protocol):
    """Which release is live, shared by all processes that use one data folder."""

    def active(self) -> str | None:
        """The version that answers now; None before the first."""
        ...

    def activate(self, version: str, at: datetime, policies: int, passages: int) -> None:
        """Point everybody at `version` and remember it in the list of versions."""
        ...

    def versions(self) -> Sequence[tuple[str, datetime, int, int]]:
        """(version, made live first at, policies, passages), newest first."""
        ...

    def forget(self, version: str) -> None:
        """Take a version out of the list; its files are the caller's matter."""
        ...


class Gaps(Protocol):
    """Questions nobody could answer, without the people who asked them."""

    def record(self, request: str, question: str, reason: str, nearest: Sequence[str], at: datetime) -> None:
        """Note a redacted question once per `request`."""
        ...


class StationFinder(Protocol):
    """Finds stations; `knowledge.stations.Stations` is the real one."""

    def find(self, text: str, location: Location | None, at: datetime, *, earlier: Sequence[str] = ()) -> Any:
        """A reply to a wish for a place (`knowledge.stations.model.StationAnswer`); `earlier` are the turns before it."""
        ...

    def is_place(self, text: str) -> bool:
        """Whether `text` is the name of a place of the directory and nothing else."""
        ...

    def nearest_with_first_aid(self, location: Location, at: datetime) -> Any:
        """The nearest real station with first aid (`knowledge.stations.model.Found`), None where there is none near."""
        ...

    def has_first_aid(self) -> bool:
        """Whether any real station is registered with first aid; reads nothing but memory."""
        ...

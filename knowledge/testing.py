"""Doubles of the room's doors, for tests: they pass the same conformance suite as the real adapters (tests/conformance)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from knowledge.errors import ReleaseDamaged
from knowledge.ports import Matrix


@dataclass(slots=True)
class InMemoryReleases:
    """`Releases` without a database."""

    live: str | None = None
    known: dict[str, tuple[datetime, int, int]] = field(default_factory=dict)

    def active(self) -> str | None:
        """The live version."""
        return self.live

    def activate(self, version: str, at: datetime, policies: int, passages: int) -> None:
        """Point at `version`; the first moment it was made live is kept."""
        self.known.setdefault(version, (at, policies, passages))
        self.live = version

    def versions(self) -> Sequence[tuple[str, datetime, int, int]]:
        """(version, made live first at, policies, passages), newest first."""
        entries = [(version, *entry) for version, entry in self.known.items()]
        return sorted(entries, key=lambda entry: (entry[1], entry[0]), reverse=True)

    def forget(self, version: str) -> None:
        """Take a version out of the list."""
        self.known.pop(version, None)


@dataclass(frozen=True, slots=True)
class Gap:
    """A recorded question."""

    question: str
    reason: str
    nearest: tuple[str, ...]
    asked_at: datetime


@dataclass(slots=True)
class InMemoryGaps:
    """`Gaps` without a database; `recorded` maps requests to what was noted."""

    recorded: dict[str, Gap] = field(default_factory=dict)

    def record(self, request: str, question: str, reason: str, nearest: Sequence[str], at: datetime) -> None:
        """Note a question once per `request`."""
        self.recorded.setdefault(request, Gap(question, str(reason), tuple(nearest), at))


class ExactIndex:
    """`Index` by comparing with every row: slow, exact, and the measure of the others."""

    def __init__(self, vectors: Matrix) -> None:
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self._vectors: Matrix | None = np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)

    def nearest(self, vector: Matrix, count: int) -> list[tuple[int, float]]:
        """Up to `count` (row, cosine) pairs, nearest first; rows alike in the order they were added."""
        if self._vectors is None:
            raise ReleaseDamaged("the index is closed")
        asked = np.ravel(vector)
        cosines = self._vectors @ asked / max(float(np.linalg.norm(asked)), 1e-12)
        return [(int(row), float(cosines[row])) for row in np.argsort(-cosines, kind="stable")[:count]]

    def close(self) -> None:
        """Let go of the vectors; safe to call twice."""
        self._vectors = None

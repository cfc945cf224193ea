"""Doubles of the room's doors, for tests: they pass the same conformance suite as the real adapters (tests/conformance)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from knowledge.errors import ReleaseDamaged, StationsUnavailable
from knowledge.ports import Matrix
from knowledge.stations.model import Closure, Diff, Reported, Snapshot, Station, Version
from knowledge.stations.planning import AGREE_WITHIN, agree
from knowledge.stations.ports import Planner


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


@dataclass(slots=True)
class InMemoryStations:
    """`Rows` of stations without a database; `broken` makes every call fail as a lost database does."""

    held: dict[str, Station] = field(default_factory=dict)
    shut: dict[str, Closure] = field(default_factory=dict)
    reports: list[tuple[str, str, datetime]] = field(default_factory=list)  # station, reporter, at
    done: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    counters: Version = field(default_factory=Version)
    broken: bool = False

    def version(self) -> Version:
        """The counters."""
        self._check()
        return self.counters

    def snapshot(self) -> Snapshot:
        """Everything."""
        self._check()
        return Snapshot(self.counters, tuple(station for _, station in sorted(self.held.items())), dict(self.shut))

    def imported_at(self) -> datetime | None:
        """When real stations were imported last."""
        self._check()
        return max((at for what, at in self.done.values() if what == "import"), default=None)

    def apply(self, request: str, at: datetime, plan: Planner, real: bool) -> Diff:
        """Write what the plan says, once a request."""
        self._check()
        if request in self.done:
            return Diff(replayed=True)
        planned = plan(dict(self.held))
        self._first(request, "import" if real else "demonstration", at)
        for name in planned.drop:
            del self.held[name]
        self.held |= {station.id: station for station in planned.write}
        if planned.drop or planned.write:
            self.counters = Version(self.counters.stations + 1, self.counters.doors)
        return planned.diff

    def closures(self) -> Mapping[str, Closure]:
        """The closures by station."""
        self._check()
        return dict(self.shut)

    def close(self, request: str, closed: Closure) -> bool:
        """Close a station and clear its reports."""
        if self._known(closed.station) and self._first(request, "close", closed.at):
            self.shut[closed.station] = closed
            self._forget_reports(closed.station)
        return self._known(closed.station)

    def reopen(self, request: str, station: str, at: datetime) -> bool:
        """End a closure."""
        if self._known(station) and self._first(request, "reopen", at):
            self.shut.pop(station, None)
            self._moved()
        return self._known(station)

    def report(self, request: str, station: str, reporter: str, at: datetime) -> Reported | None:
        """Note a report once a request."""
        if not self._known(station):
            return None
        new = self._first(request, "report", at)
        if new:
            self.reports.append((station, reporter, at))
            self._moved()
        return Reported(new, station in self.flagged())

    def clear(self, request: str, station: str, at: datetime) -> bool:
        """Forget the reports of a station."""
        if self._known(station) and self._first(request, "clear", at):
            self._forget_reports(station)
        return self._known(station)

    def flagged(self) -> Sequence[str]:
        """Stations that two riders agree on."""
        self._check()
        by_station: dict[str, list[tuple[str, datetime]]] = {}
        for name, who, when in sorted(self.reports, key=lambda report: report[2]):
            by_station.setdefault(name, []).append((who, when))
        return sorted(name for name, reports in by_station.items() if agree(reports))

    def erase(self, before: datetime) -> None:
        """Forget what is older; that there was an import is kept."""
        self._check()
        self.reports = [one for one in self.reports if one[2] >= before - AGREE_WITHIN]
        self.shut = {name: one for name, one in self.shut.items() if one.until is None or one.until >= before}
        self.done = {name: one for name, one in self.done.items() if one[1] >= before or one[0] == "import"}

    def _check(self) -> None:
        if self.broken:
            raise StationsUnavailable("the stations are out of order")

    def _first(self, request: str, what: str, at: datetime) -> bool:
        self._check()
        if request in self.done:
            return False
        self.done[request] = (what, at)
        return True

    def _forget_reports(self, station: str) -> None:
        self.reports = [one for one in self.reports if one[0] != station]
        self._moved()

    def _moved(self) -> None:
        self.counters = Version(self.counters.stations, self.counters.doors + 1)

    def _known(self, station: str) -> bool:
        self._check()
        return station in self.held

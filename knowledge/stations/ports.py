"""The doors of stations: rows that all processes of one data folder share. Every writing call does its `request` once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from knowledge.stations.model import Closure, Diff, Plan, Reported, Snapshot, Station, Version

Planner = Callable[[Mapping[str, Station]], Plan]


class StationRows(Protocol):
    """The directory. Every method raises StationsUnavailable when the rows cannot be reached."""

    def version(self) -> Version:
        """The counters; cheap enough for every question."""
        ...

    def snapshot(self) -> Snapshot:
        """Everything, as of one moment; stations in order of id."""
        ...

    def imported_at(self) -> datetime | None:
        """When real stations were imported last (aware); None where they never were."""
        ...

    def apply(self, request: str, at: datetime, plan: Planner, real: bool) -> Diff:
        """Write what `plan` makes of the present stations, in one transaction; `real`: not the demonstration."""
        ...


class Closures(Protocol):
    """Doors that are shut against their hours. Every method raises StationsUnavailable when the rows cannot be reached."""

    def closures(self) -> Mapping[str, Closure]:
        """The closures by station, passed ones among them."""
        ...

    def close(self, request: str, closure: Closure) -> bool:
        """Close a station and clear its reports; False where there is no such station."""
        ...

    def reopen(self, request: str, station: str, at: datetime) -> bool:
        """End a closure; False where there is no such station."""
        ...

    def report(self, request: str, station: str, reporter: str, at: datetime) -> Reported | None:
        """Note that `reporter` (an opaque key) found the door shut; None where there is no such station."""
        ...

    def clear(self, request: str, station: str, at: datetime) -> bool:
        """Forget the reports of a station; False where there is no such station."""
        ...

    def flagged(self) -> Sequence[str]:
        """Stations that two different riders reported within a day, uncleared; in order of id."""
        ...

    def erase(self, before: datetime) -> None:
        """Forget requests, passed closures and reports older than `before`."""
        ...


class Rows(StationRows, Closures, Protocol):
    """Both, as one store keeps them."""

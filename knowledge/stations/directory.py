"""The stations in memory: nearest first by great-circle distance, with services, kinds and opening hours as conditions.

Rows lie in order of latitude. A band around the rider is compared row by row (squared chords of unit vectors, which order as
distances do); whatever is nearer than the edge of the band is exact, and the band widens until enough is found. What is shown is
measured by the haversine formula on a sphere of 6,371,008.8 m, the mean radius of the earth. Opening hours are worked out ring
by ring, once for each different text, no further than needed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Location
from knowledge.stations.hours import HoursBook
from knowledge.stations.model import Closure, Found, Opening, OpenState, Station

RADIUS = 6_371_008.8  # metres
DETOUR = 1.3  # streets against the straight line
WALKING = 4500 / 60  # metres a minute
BAND = 0.02  # degrees to either side that are looked at first
WIDER = 3
FIRST = 32  # rows of the first ring
SUBSETS = 64  # combinations of conditions whose rows are remembered

Rows = NDArray[np.int64]


def distance_m(here: Location, there: Location) -> float:
    """Great-circle metres by the haversine formula."""
    lat1, lat2 = math.radians(here.lat), math.radians(there.lat)
    across = math.sin(math.radians(there.lon - here.lon) / 2) ** 2
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * across
    return 2 * RADIUS * math.asin(math.sqrt(min(1.0, chord)))


def walking_minutes(metres: float) -> int:
    """Minutes on foot, rounded up, at least one: 4.5 km an hour, streets 1.3 times the straight line."""
    return max(1, math.ceil(metres * DETOUR / WALKING))


@dataclass(frozen=True, slots=True)
class _Subset:
    """Rows that meet conditions, in order of latitude, with their latitudes in degrees."""

    rows: Rows
    lat: NDArray[np.float64]


class Directory:
    """An immutable set of stations. Safe to use from many threads."""

    def __init__(self, stations: Sequence[Station], hours: HoursBook) -> None:
        self.stations = tuple(sorted(stations, key=lambda station: (station.location.lat, station.id)))
        self.rows = {station.id: row for row, station in enumerate(self.stations)}
        self._hours = hours
        self._lat = np.array([station.location.lat for station in self.stations], np.float64)
        lat, lon = np.radians(self._lat), np.radians([station.location.lon for station in self.stations])
        self._axes = (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
        texts: dict[str, int] = {}
        self._codes = np.array([texts.setdefault(station.hours, len(texts)) for station in self.stations], np.int64)
        self._texts = tuple(texts)
        self._with = {label: np.array(rows, np.int64) for label, rows in _labelled(self.stations).items()}
        self._subsets: dict[tuple[object, ...], _Subset] = {}

    def __len__(self) -> int:
        return len(self.stations)

    def get(self, name: str) -> Station | None:
        """The station of an id."""
        row = self.rows.get(name)
        return None if row is None else self.stations[row]

    def nearest(
        self,
        location: Location,
        at: datetime,
        count: int = 3,
        *,
        services: Collection[str] = (),
        kinds: Collection[str] = (),
        open_only: bool = False,
        always: bool = False,
        within_m: float = math.inf,
        among: Collection[str] | None = None,
        closures: Mapping[str, Closure] | None = None,
        demo: bool = True,
    ) -> list[Found]:
        """Up to `count` stations that have all `services` and one of `kinds`, nearest first, those as near by id.

        `open_only`: open at `at`, so far as is registered; `among`: only these ids; `demo`: the demonstration may be among them.
        """
        found: list[Found] = []
        for ring in self._rings(location, self._subset(services, kinds, among), within_m):
            rows = self._open_rows(ring, at, always) if open_only or always else ring
            for row in rows:
                station = self.stations[row]
                metres = distance_m(location, station.location)
                if metres > within_m:
                    return found
                if station.demo and not demo:
                    continue
                opening, closure = self.opening(station, at, closures or {})
                if open_only and opening.state is not OpenState.OPEN:
                    continue
                found.append(Found(station, metres, walking_minutes(metres), opening, closure))
                if len(found) == count:
                    return found
        return found

    def opening(self, station: Station, at: datetime, closures: Mapping[str, Closure]) -> tuple[Opening, Closure | None]:
        """Whether a door is open at an aware moment; a closure outranks the hours."""
        closure = closures.get(station.id)
        if closure is None or not closure.holds(at):
            return self._hours.opening(station.hours, at), None
        if closure.until is None:
            return Opening(OpenState.CLOSED), closure
        after = self._hours.opening(station.hours, closure.until)
        opens = {OpenState.CLOSED: after.until, OpenState.OPEN: closure.until, OpenState.UNKNOWN: None}[after.state]
        return Opening(OpenState.CLOSED, opens, holidays_known=after.holidays_known), closure

    def _open_rows(self, rows: Rows, at: datetime, always: bool) -> Rows:
        """The rows whose registered hours are open at `at` (or around the clock); every text is worked out once."""
        codes = self._codes[rows]
        holds = np.zeros(len(self._texts), np.bool_)
        for code in np.unique(codes):
            opening = self._hours.opening(self._texts[code], at)
            holds[code] = opening.always if always else opening.state is OpenState.OPEN
        return rows[holds[codes]]

    def _subset(self, services: Collection[str], kinds: Collection[str], among: Collection[str] | None) -> _Subset:
        """The rows that meet the conditions."""
        if among is not None:
            chosen = np.array(sorted(self.rows[name] for name in among if name in self.rows), np.int64)
            if services or kinds:
                chosen = np.intersect1d(chosen, self._subset(services, kinds, None).rows, assume_unique=True)
            return _Subset(chosen, self._lat[chosen])
        key = (tuple(sorted(set(services))), tuple(sorted(set(kinds))))
        subset = self._subsets.get(key)
        if subset is None:
            nothing = np.empty(0, np.int64)
            rows = np.arange(len(self.stations))
            for name in key[0]:
                rows = np.intersect1d(rows, self._with.get(f"s{name}", nothing), assume_unique=True)
            if kinds:
                any_kind = np.concatenate([self._with.get(f"k{name}", nothing) for name in key[1]])
                rows = np.intersect1d(rows, any_kind, assume_unique=True)
            subset = _Subset(rows, self._lat[rows])
            if len(self._subsets) >= SUBSETS:
                self._subsets.clear()
            self._subsets[key] = subset
        return subset

    def _rings(self, location: Location, subset: _Subset, within_m: float) -> Iterator[Rows]:
        """Rows nearest first, in arrays that grow; those as near by id."""
        lat, lon = math.radians(location.lat), math.radians(location.lon)
        point = (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        band, given, size = BAND, -1.0, FIRST
        while True:
            start, end = np.searchsorted(subset.lat, (location.lat - band, location.lat + band))
            whole = band >= 180 or end - start == len(subset.rows)
            if whole or end - start >= FIRST or math.radians(band) * RADIUS > within_m:
                rows = subset.rows[start:end]
                x, y, z = (axis[rows] - value for axis, value in zip(self._axes, point, strict=True))
                squares = x * x + y * y + z * z
                # Nothing outside the band is nearer than its edge.
                sure = math.inf if whole else (2 * math.sin(math.radians(band) / 2)) ** 2 * (1 - 1e-9)
                ring = np.flatnonzero((squares > given) & (squares <= sure)) if len(rows) else np.empty(0, np.int64)
                ring = ring[np.argsort(squares[ring], kind="stable")] if len(ring) else ring
                for first in _growing(len(ring), size):
                    yield rows[ring[first]]
                given, size = sure, max(size, len(ring))
                if whole or math.radians(band) * RADIUS > within_m:
                    return
            band *= WIDER


def _growing(length: int, size: int) -> Iterator[slice]:
    """Slices of a length that grow eightfold."""
    start = 0
    while start < length:
        yield slice(start, start + size)
        start, size = start + size, size * 8


def _labelled(stations: Sequence[Station]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, station in enumerate(stations):
        for label in (f"k{station.kind}", *(f"s{name}" for name in station.services)):
            found.setdefault(label, []).append(row)
    return found

"""The front door of stations: finds them, shuts and opens their doors, and takes in new files.

The directory lies in memory and is exchanged as a whole; closures are read again whenever their counter moved, which one select
before each answer tells. With the database out of order everything goes on with what is in memory.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import zip_longest
from pathlib import Path

from knowledge.errors import StationsUnavailable
from knowledge.model import Location
from knowledge.stations.directory import Directory
from knowledge.stations.following import is_only, with_earlier
from knowledge.stations.gazetteer import Gazetteer
from knowledge.stations.hours import CHINA, HoursBook
from knowledge.stations.model import (
    Closure,
    Diff,
    Found,
    Imported,
    Opening,
    Place,
    Plan,
    Reading,
    Reported,
    Station,
    StationAnswer,
    Version,
    Wish,
)  # fmt: skip
from knowledge.stations.planning import plan_import
from knowledge.stations.ports import Rows
from knowledge.stations.reading import read_stations
from knowledge.stations.wish import parse

log = logging.getLogger(__name__)
FAR = 50_000.0  # metres; further away is not where a rider is
AID = 5_000.0  # metres to a station with first aid
AID_SERVICES = ("应急药品", "AED")
KEPT = timedelta(days=30)  # requests, passed closures, reports
DEMONSTRATION = "demonstration"  # the request that loads it
POINT = 1_500.0  # metres; a place spread no wider is a point to measure from


@dataclass(frozen=True, slots=True)
class _Memory:
    """What answers are made of."""

    version: Version
    directory: Directory
    gazetteer: Gazetteer
    closures: Mapping[str, Closure] = field(default_factory=dict)
    first_aid: bool = False


class Stations:
    """Where a rider can go. `clock` gives the aware moment; `concepts` are a glossary's folded words with their meanings."""

    def __init__(self, rows: Rows, clock: Callable[[], datetime], concepts: Mapping[str, str] | None = None) -> None:
        self._rows, self._clock = rows, clock
        self._concepts = dict(concepts or {})
        self._hours = HoursBook()
        self._memory = _Memory(Version(), Directory((), self._hours), Gazetteer(()))
        self._building, self._swapping = threading.Lock(), threading.Lock()

    def open(self, demonstration: Path | None = None) -> None:
        """Read the rows; with `demonstration` (a station file) fill an empty directory that never held real stations.
        Raises StationsUnavailable.
        """
        self._read()
        if demonstration is not None and not len(self) and self._rows.imported_at() is None:
            reading = read_stations(demonstration, self._today())
            fiction = [station for station in reading.stations if station.demo]
            self._rows.apply(DEMONSTRATION, self._clock(), lambda present: plan_import(present, fiction, False), False)
            self._read()

    def follow(self) -> bool:
        """Take up what other processes changed; True if anything had. Keeps what is in memory where the rows are out of order."""
        try:
            version = self._rows.version()
            if version.stations != self._memory.version.stations:
                self._read()
                return True
            return self._follow_doors(version)
        except StationsUnavailable as cause:
            log.warning("%s; going on with what is in memory", cause)
            return False

    def __len__(self) -> int:
        return len(self._memory.directory)

    def station(self, name: str) -> Station | None:
        """The station of an id."""
        return self._memory.directory.get(name)

    def locate(self, text: str) -> Place | None:
        """The place of the directory that a text names."""
        return self._memory.gazetteer.locate(text)

    def closure_of(self, name: str) -> Closure | None:
        """The closure of a station that holds now."""
        closure = self._current().closures.get(name)
        return closure if closure is not None and closure.holds(self._clock()) else None

    def closed_stations(self) -> tuple[Station, ...]:
        """Stations that are shut against their hours now, in order of id."""
        memory, now = self._current(), self._clock()
        found = (memory.directory.get(name) for name, closure in sorted(memory.closures.items()) if closure.holds(now))
        return tuple(station for station in found if station is not None)

    def has_first_aid(self) -> bool:
        """Whether any real station is registered with a first-aid kit or a defibrillator. Reads nothing but memory."""
        return self._memory.first_aid

    def listed(self, among: Collection[str] | None = None) -> Iterator[Found]:
        """Every station (or those with these ids) in order of id, unmeasured, with its door as it is now."""
        memory, moment = self._current(), self._clock()
        chosen = memory.directory.stations if among is None else filter(None, map(memory.directory.get, among))
        for station in sorted(chosen, key=lambda one: one.id):
            yield Found(station, None, None, *memory.directory.opening(station, moment, memory.closures))

    def opening(self, name: str, at: datetime | None = None) -> Opening | None:
        """Whether a station is open at an aware moment (default now), closures considered; None for an unknown id."""
        memory = self._current()
        station = memory.directory.get(name)
        return memory.directory.opening(station, at or self._clock(), memory.closures)[0] if station else None

    def is_place(self, text: str) -> bool:
        """Whether a text is the name of a place of the directory and nothing else."""
        place = self.locate(text)
        return place is not None and is_only(place, text)

    def find(
        self, text: str, location: Location | None = None, at: datetime | None = None, count: int = 3, earlier: Sequence[str] = ()
    ) -> StationAnswer:
        """What a text asks for, near a place it names or near `location`, open at `at` (aware; default now). What it leaves to
        the `earlier` turns (oldest first) is taken from there.
        """
        memory = self._current()
        asked_at = at or self._clock()
        wanted = partial(parse, now=asked_at, concepts=self._concepts)
        text = with_earlier(text, earlier, location is not None, wanted, memory.gazetteer.locate)
        wish = wanted(text)
        place = memory.gazetteer.locate(text)
        if place is not None and place.ambiguous:
            if location is None:
                return StationAnswer((), wish, options=place.options)
            place = min(
                place.options,
                key=lambda one: memory.directory.nearest(location, asked_at, 1, among=one.stations)[0].distance_m or 0,
            )
        if place is None and location is None:
            return StationAnswer((), wish, needs_location=True)
        found = self._look(memory, place, location, wish, asked_at, count)
        shut = not found and wish.open_only and not wish.always
        if shut:
            found = self._look(memory, place, location, dataclasses.replace(wish, open_only=False), asked_at, count)
        return StationAnswer(tuple(found), wish, place.name if place else "", shut=shut and bool(found))

    def _look(
        self, memory: _Memory, place: Place | None, location: Location | None, wish: Wish, asked_at: datetime, count: int
    ) -> list[Found]:
        moment = wish.at or asked_at
        if wish.unclear:  # any of them will do
            clear = [dataclasses.replace(wish, services=(*wish.services, one), unclear=()) for one in wish.unclear]
            return _merged([self._look(memory, place, location, one, asked_at, count) for one in clear])[:count]
        if place is not None:
            return self._at_place(memory, place, location, wish, moment, count)
        assert location is not None
        return self._around(memory, location, wish, moment, count)

    def nearest_with_first_aid(self, location: Location, at: datetime | None = None) -> Found | None:
        """The nearest real station within 5 km that has a first-aid kit or a defibrillator and is not known to be closed."""
        memory = self._current()
        moment = at or self._clock()
        near = (
            found
            for service in AID_SERVICES
            for found in memory.directory.nearest(
                location, moment, 8, services=(service,), within_m=AID, closures=memory.closures, demo=False
            )
            if found.opening.state != "closed"
        )
        return min(near, key=lambda found: (found.distance_m or 0.0, found.station.id), default=None)

    def import_file(self, path: Path, replace: bool, request: str) -> Imported:
        """Take a file's good rows in, in one transaction; with `replace` what it lacks is withdrawn, unless rows of it are bad.
        Raises StationsUnavailable.
        """
        reading = read_stations(path, self._today())
        diff = Diff()
        if reading.stations:
            real = any(not station.demo for station in reading.stations)
            diff = self._rows.apply(request, self._clock(), self._planner(reading, replace), real)
            self._read()
        return Imported(diff, reading.faults, reading.remarks)

    def preview_file(self, path: Path, replace: bool) -> Imported:
        """What `import_file` would do."""
        reading = read_stations(path, self._today())
        present = {station.id: station for station in self._rows.snapshot().stations}
        diff = self._planner(reading, replace)(present).diff if reading.stations else Diff()
        return Imported(diff, reading.faults, reading.remarks)

    def close_now(self, station: str, until: datetime | None, reason: str, by: str, request: str) -> bool:
        """Shut a door until an aware moment, or until it is reopened; False for an unknown station. Clears its reports."""
        done = self._rows.close(request, Closure(station, until, reason, by, self._clock()))
        self.follow()
        return done

    def reopen(self, station: str, request: str) -> bool:
        """End a closure; False for an unknown station."""
        done = self._rows.reopen(request, station, self._clock())
        self.follow()
        return done

    def report_closed(self, station: str, reporter: str, request: str, at: datetime | None = None) -> Reported | None:
        """Note that a rider (an opaque key) found the door shut; None for an unknown station."""
        return self._rows.report(request, station, reporter, at or self._clock())

    def clear_reports(self, station: str, request: str) -> bool:
        """Forget the reports of a station; False for an unknown station."""
        return self._rows.clear(request, station, self._clock())

    def flagged_stations(self) -> tuple[Station, ...]:
        """Stations that two riders found shut within a day, which nobody cleared."""
        found = (self.station(name) for name in self._rows.flagged())
        return tuple(station for station in found if station is not None)

    def erase_old(self) -> None:
        """Forget requests, passed closures and reports older than 30 days."""
        self._rows.erase(self._clock() - KEPT)

    def _today(self) -> date:
        return self._clock().astimezone(CHINA).date()

    @staticmethod
    def _planner(reading: Reading, replace: bool) -> Callable[[Mapping[str, Station]], Plan]:
        whole = replace and not reading.faults  # a row that cannot be read is no station that is gone
        return lambda present: plan_import(present, reading.stations, whole)

    def _around(self, memory: _Memory, location: Location, wish: Wish, at: datetime, count: int) -> list[Found]:
        return memory.directory.nearest(
            location, at, count, services=wish.services, kinds=wish.kinds, open_only=wish.open_only, always=wish.always,
            within_m=FAR, closures=memory.closures,
        )  # fmt: skip

    def _at_place(
        self, memory: _Memory, place: Place, location: Location | None, wish: Wish, at: datetime, count: int
    ) -> list[Found]:
        """An area's own stations; around a landmark or station those that bear its name, then its neighbours.

        Measured from the rider where that is known, else from a point-like place, and not at all from the middle of an area or
        for the stations that stand for the place.
        """
        among = place.stations if place.kind == "area" or place.spread_m > POINT else None
        found = memory.directory.nearest(
            place.location if location is None or among is None else location, at, count, services=wish.services, kinds=wish.kinds,
            open_only=wish.open_only, always=wish.always, within_m=FAR if among is None else float("inf"), among=among,
            closures=memory.closures,
        )  # fmt: skip
        if location is not None:
            own = {one.station.id: one for one in memory.directory.nearest(
                location, at, len(found), among=[one.station.id for one in found], closures=memory.closures
            )}  # fmt: skip
            return [own.get(one.station.id, one) for one in found]
        if among is not None:
            return [_unmeasured(one) for one in found]
        return [_unmeasured(one) if one.station.id in place.stations else one for one in found]

    def _current(self) -> _Memory:
        """What is in memory, with the closures of this moment."""
        try:
            self._follow_doors(self._rows.version())
        except StationsUnavailable as cause:
            log.warning("%s; going on with what is in memory", cause)
        return self._memory

    def _follow_doors(self, version: Version) -> bool:
        memory = self._memory
        if version.doors == memory.version.doors:
            return False
        closures = self._rows.closures()
        with self._swapping:
            memory = self._memory
            if version.doors > memory.version.doors:
                known = Version(memory.version.stations, version.doors)
                self._memory = dataclasses.replace(memory, version=known, closures=closures)
        return True

    def _read(self) -> None:
        """Read and build beside what answers now; seconds for 100,000 stations."""
        with self._building:
            snapshot = self._rows.snapshot()
            if snapshot.version == self._memory.version and len(self):
                return
            directory, gazetteer = Directory(snapshot.stations, self._hours), Gazetteer(snapshot.stations)
            with self._swapping:
                doors, closures = snapshot.version.doors, snapshot.closures
                if self._memory.version.doors > doors:  # shut while this was built
                    doors, closures = self._memory.version.doors, dict(self._memory.closures)
                version, aid = Version(snapshot.version.stations, doors), _has_first_aid(snapshot.stations)
                self._memory = _Memory(version, directory, gazetteer, closures, aid)


def _merged(lists: Sequence[Sequence[Found]]) -> list[Found]:
    """Several lists of stations as one, each once, the nearest first; where nothing was measured, in turns."""
    found = {one.station.id: one for row in zip_longest(*lists) for one in row if one is not None}
    return sorted(found.values(), key=lambda one: one.distance_m or 0.0)


def _has_first_aid(stations: Iterable[Station]) -> bool:
    return any(not one.demo and not {*AID_SERVICES}.isdisjoint(one.services) for one in stations)


def _unmeasured(found: Found) -> Found:
    return Found(found.station, None, None, found.opening, found.closure)

"""The values of stations: what is registered, whether it is open, what was found, and what an import did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from knowledge.model import Location, StationReply

KINDS = ("红色驿站", "司机之家", "党群服务中心", "小哥之家", "工会驿站")


@dataclass(frozen=True, slots=True)
class Station:
    """A place to rest as its operator registered it; an empty field means that nothing was registered, never a guess.

    `location` is WGS-84; `area` a path like 省/市/区 of any depth; `hours` OpenStreetMap opening_hours text; `names` are other
    names and landmarks it is found by. `demo` stations are fiction.
    """

    id: str
    name: str
    kind: str
    location: Location
    address: str = ""
    area: str = ""
    services: tuple[str, ...] = ()
    hours: str = ""
    phone: str = ""
    confirmed_at: date | None = None
    demo: bool = False
    names: tuple[str, ...] = ()


class OpenState(StrEnum):
    """Whether a door is open; `unknown` where no hours are registered."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opening:
    """The state of a door at a moment. `until` (aware, Asia/Shanghai) is when it closes or opens next, None where that is more
    than a week off or unknown. `always` only where 24 hours a day are registered. `holidays_known` is False where the hours
    depend on days of the week or holidays in a year whose holidays are not published.
    """

    state: OpenState
    until: datetime | None = None
    always: bool = False
    holidays_known: bool = True


@dataclass(frozen=True, slots=True)
class Closure:
    """A manager's "closed now". `until` None: until it is reopened. `by` is an opaque account."""

    station: str
    until: datetime | None
    reason: str
    by: str
    at: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether the station is closed by this at `moment`."""
        return self.until is None or moment < self.until


@dataclass(frozen=True, slots=True)
class Found:
    """A station that was looked for. `distance_m` is None where nobody knows from where to measure."""

    station: Station
    distance_m: float | None
    walking_minutes: int | None
    opening: Opening
    closure: Closure | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the directory that a text names: a station, an area, a landmark or a road.

    `location` is the middle of its stations, `spread_m` the greatest distance of one of them from there, `stations` their ids.
    `area` is the path it lies in. `options` holds the places meant where there are several; then nothing else is to be used.
    """

    name: str
    kind: str  # station, area, landmark or road
    area: str
    location: Location
    spread_m: float
    stations: frozenset[str]
    options: tuple[Place, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether the rider has to be asked which one is meant."""
        return bool(self.options)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a rider wants of a station. `services` must all be there; `unclear` are services of which one is meant.

    `at` is the aware moment it has to be open, None for now; `open_only` that a closed one is of no use; `always` that it has
    to be open around the clock.
    """

    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    at: datetime | None = None
    open_only: bool = False
    always: bool = False
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StationAnswer(StationReply):
    """What `Stations.find` found. `needs_location`: nothing told where the rider is. `options`: the place has several meanings.
    `shut`: an open door was wanted, none is open, and these are the nearest all the same.
    """

    found: tuple[Found, ...]
    wish: Wish
    place: str = ""
    needs_location: bool = False
    options: tuple[Place, ...] = ()
    shut: bool = False


@dataclass(frozen=True, slots=True)
class RowFault:
    """Something wrong in a station file: the line (from 1, 0 for the file), the column as it is headed, the reason, the value."""

    file: str
    line: int
    column: str
    reason: str
    value: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        column = f" {self.column}" if self.column else ""
        return f"{where}:{column} {self.reason}" + (f" ({self.value!r})" if self.value else "")


@dataclass(frozen=True, slots=True)
class Reading:
    """A station file read: the good rows, what is wrong with the others, and remarks about rows that were kept."""

    stations: tuple[Station, ...]
    faults: tuple[RowFault, ...] = ()
    remarks: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What an import changes, as ids in order; `changed` names the fields. `replayed`: this request was done before."""

    added: tuple[str, ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unchanged: int = 0
    withdrawn: tuple[str, ...] = ()
    demonstration_dropped: int = 0
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A diff and what has to be written for it."""

    diff: Diff
    write: tuple[Station, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """An import done, or previewed: the diff, the rows that were left out, and remarks."""

    diff: Diff
    faults: tuple[RowFault, ...] = ()
    remarks: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """Two counters that every change moves: one of the stations, one of the closures and reports."""

    stations: int = 0
    doors: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All stations and closures as of a version."""

    version: Version
    stations: tuple[Station, ...] = ()
    closures: dict[str, Closure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reported:
    """A rider's "this door is shut". `new` is False for a request seen before; `flagged` when two riders agree."""

    new: bool
    flagged: bool

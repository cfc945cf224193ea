"""The rows of the room and their SQL: which release is live, what nobody could answer, and the stations with their doors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from knowledge.errors import StationsUnavailable
from knowledge.model import Location
from knowledge.stations.model import Closure, Diff, Reported, Snapshot, Station, Version
from knowledge.stations.planning import AGREE_WITHIN, agree
from knowledge.stations.ports import Planner

metadata = MetaData()

release = Table(
    "knowledge_release",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("activated_at", DateTime(timezone=True), nullable=False),
    Column("policies", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
)
pointer = Table(
    "knowledge_pointer",
    metadata,
    Column("id", Integer, primary_key=True),  # one row, id 1
    Column("version", String(64), nullable=False),
)
gap = Table(
    "knowledge_gap",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("question", Text, nullable=False),  # redacted; holds no person
    Column("reason", String(16), nullable=False),
    Column("nearest", Text, nullable=False),  # policy ids, joined by blanks
    Column("asked_at", DateTime(timezone=True), nullable=False),
)
station = Table(
    "knowledge_station",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("lat", Float(53), nullable=False),  # WGS-84
    Column("lon", Float(53), nullable=False),
    Column("address", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("services", Text, nullable=False),  # one a line, as are names
    Column("hours", Text, nullable=False),
    Column("phone", String(64), nullable=False),
    Column("confirmed_at", Date),
    Column("demo", Boolean, nullable=False),
    Column("names", Text, nullable=False),
)
closure = Table(
    "knowledge_station_closure",
    metadata,
    Column("station", String(64), primary_key=True),  # no foreign key: closures survive every import
    Column("until", DateTime(timezone=True)),
    Column("reason", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
report = Table(
    "knowledge_station_report",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("station", String(64), nullable=False, index=True),
    Column("reporter", String(64), nullable=False),  # a keyed hash, no account
    Column("at", DateTime(timezone=True), nullable=False),
)
done = Table(
    "knowledge_station_request",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("what", String(16), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
counters = Table(
    "knowledge_station_version",
    metadata,
    Column("id", Integer, primary_key=True),  # one row, id 1, made by the migration
    Column("stations", Integer, nullable=False),
    Column("doors", Integer, nullable=False),
)
BATCH = 400  # ids a statement
PLAIN = ("id", "name", "kind", "address", "area", "hours", "phone", "confirmed_at", "demo")  # columns as they are


class ReleaseRows:
    """`Releases` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def active(self) -> str | None:
        """The live version, None before the first."""
        with self._engine.connect() as connection:
            found = connection.execute(select(pointer.c.version).where(pointer.c.id == 1)).scalar()
        return None if found is None else str(found)

    def activate(self, version: str, at: datetime, policies: int, passages: int) -> None:
        """Point everybody at `version`, in one transaction."""
        with self._engine.begin() as connection:
            known = connection.execute(select(release.c.version).where(release.c.version == version)).scalar()
            if known is None:
                values = {"version": version, "activated_at": at, "policies": policies, "passages": passages}
                connection.execute(insert(release).values(**values))
            moved = connection.execute(update(pointer).where(pointer.c.id == 1).values(version=version))
            if moved.rowcount == 0:
                connection.execute(insert(pointer).values(id=1, version=version))

    def versions(self) -> Sequence[tuple[str, datetime, int, int]]:
        """(version, made live first at, policies, passages), newest first."""
        columns = (release.c.version, release.c.activated_at, release.c.policies, release.c.passages)
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(release.c.activated_at.desc(), release.c.version.desc()))
            return [(v, at if at.tzinfo else at.replace(tzinfo=UTC), p, n) for v, at, p, n in rows]

    def forget(self, version: str) -> None:
        """Take a version out of the list."""
        with self._engine.begin() as connection:
            connection.execute(delete(release).where(release.c.version == version))


class GapRows:
    """`Gaps` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, request: str, question: str, reason: str, nearest: Sequence[str], at: datetime) -> None:
        """Note a redacted question once per `request`."""
        values = {"request": request, "question": question, "reason": reason, "nearest": " ".join(nearest), "asked_at": at}
        dialect_insert = sqlite_insert if self._engine.dialect.name == "sqlite" else postgresql_insert
        with self._engine.begin() as connection:
            connection.execute(dialect_insert(gap).values(**values).on_conflict_do_nothing())


class StationTables:
    """`Rows` of stations on the database: the directory, closed doors and riders' reports."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def version(self) -> Version:
        """The counters, by one select."""
        with self._reading() as connection:
            return self._version(connection)

    def snapshot(self) -> Snapshot:
        """Everything, read in one transaction."""
        with self._reading() as connection:
            version = self._version(connection)  # first: what changes meanwhile is read once more later, never missed
            rows = connection.execute(select(station).order_by(station.c.id)).mappings()
            return Snapshot(version, tuple(_station(row) for row in rows), self._closures(connection))

    def imported_at(self) -> datetime | None:
        """When real stations were imported last."""
        with self._reading() as connection:
            moments = select(done.c.at).where(done.c.what == "import").order_by(done.c.at.desc()).limit(1)
            found: datetime | None = connection.execute(moments).scalar()
            return _aware(found) if found else None

    def apply(self, request: str, at: datetime, plan: Planner, real: bool) -> Diff:
        """Upsert and drop what the plan says; the request is the lock, so the plan sees what it changes."""
        with self._writing() as connection:
            if not self._first(connection, request, "import" if real else "demonstration", at):
                return Diff(replayed=True)
            rows = connection.execute(select(station)).mappings()
            planned = plan({row["id"]: _station(row) for row in rows})
            gone = [*planned.drop, *(one.id for one in planned.write)]
            for start in range(0, len(gone), BATCH):
                connection.execute(delete(station).where(station.c.id.in_(gone[start : start + BATCH])))
            if planned.write:
                connection.execute(insert(station), [_columns(one) for one in planned.write])
            if gone:
                connection.execute(update(counters).values(stations=counters.c.stations + 1))
            return planned.diff

    def closures(self) -> Mapping[str, Closure]:
        """The closures by station."""
        with self._reading() as connection:
            return self._closures(connection)

    def close(self, request: str, closed: Closure) -> bool:
        """Close a station and clear its reports."""
        with self._writing() as connection:
            if not self._known(connection, closed.station):
                return False
            if self._first(connection, request, "close", closed.at):
                connection.execute(delete(closure).where(closure.c.station == closed.station))
                until = closed.until.astimezone(UTC) if closed.until else None
                values = {"station": closed.station, "until": until, "reason": closed.reason, "by": closed.by}
                connection.execute(insert(closure).values(**values, at=closed.at.astimezone(UTC)))
                connection.execute(delete(report).where(report.c.station == closed.station))
                self._door_moved(connection)
            return True

    def reopen(self, request: str, station: str, at: datetime) -> bool:
        """End a closure."""
        with self._writing() as connection:
            if not self._known(connection, station):
                return False
            if self._first(connection, request, "reopen", at):
                connection.execute(delete(closure).where(closure.c.station == station))
                self._door_moved(connection)
            return True

    def report(self, request: str, station: str, reporter: str, at: datetime) -> Reported | None:
        """Note a report once a request."""
        with self._writing() as connection:
            if not self._known(connection, station):
                return None
            new = self._first(connection, request, "report", at)
            if new:
                values = {"request": request, "station": station, "reporter": reporter, "at": at.astimezone(UTC)}
                connection.execute(insert(report).values(**values))
                self._door_moved(connection)
            columns = (report.c.reporter, report.c.at)
            found = connection.execute(select(*columns).where(report.c.station == station).order_by(report.c.at))
            return Reported(new, agree([(who, _aware(when)) for who, when in found]))

    def clear(self, request: str, station: str, at: datetime) -> bool:
        """Forget the reports of a station."""
        with self._writing() as connection:
            if not self._known(connection, station):
                return False
            if self._first(connection, request, "clear", at):
                connection.execute(delete(report).where(report.c.station == station))
                self._door_moved(connection)
            return True

    def flagged(self) -> Sequence[str]:
        """Stations that two riders agree on."""
        by_station: dict[str, list[tuple[str, datetime]]] = {}
        with self._reading() as connection:
            for name, who, when in connection.execute(
                select(report.c.station, report.c.reporter, report.c.at).order_by(report.c.at)
            ):
                by_station.setdefault(name, []).append((who, _aware(when)))
        return sorted(name for name, reports in by_station.items() if agree(reports))

    def erase(self, before: datetime) -> None:
        """Forget requests, passed closures and reports older than `before`; that there was an import is kept."""
        limit = before.astimezone(UTC)
        with self._writing() as connection:
            connection.execute(delete(report).where(report.c.at < limit - AGREE_WITHIN))
            connection.execute(delete(closure).where(closure.c.until < limit))
            connection.execute(delete(done).where(done.c.at < limit, done.c.what != "import"))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as cause:
            raise StationsUnavailable("the stations cannot be read") from cause

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as cause:
            raise StationsUnavailable("the stations cannot be written") from cause

    def _first(self, connection: Connection, request: str, what: str, at: datetime) -> bool:
        """Whether a request is done for the first time; notes it. Two at once: the second waits, then sees the first."""
        dialect_insert = sqlite_insert if self._engine.dialect.name == "sqlite" else postgresql_insert
        noted = dialect_insert(done).values(request=request, what=what, at=at.astimezone(UTC)).on_conflict_do_nothing()
        return connection.execute(noted).rowcount == 1

    @staticmethod
    def _known(connection: Connection, name: str) -> bool:
        return connection.execute(select(station.c.id).where(station.c.id == name)).first() is not None

    @staticmethod
    def _door_moved(connection: Connection) -> None:
        connection.execute(update(counters).values(doors=counters.c.doors + 1))

    @staticmethod
    def _version(connection: Connection) -> Version:
        row = connection.execute(select(counters.c.stations, counters.c.doors)).first()
        return Version(row[0], row[1]) if row else Version()

    @staticmethod
    def _closures(connection: Connection) -> dict[str, Closure]:
        found = connection.execute(select(closure.c.station, closure.c.until, closure.c.reason, closure.c.by, closure.c.at))
        return {name: Closure(name, _aware(until) if until else None, why, by, _aware(at)) for name, until, why, by, at in found}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _station(row: RowMapping) -> Station:
    services, names = (tuple(row[name].split("\n")) if row[name] else () for name in ("services", "names"))
    plain = {name: row[name] for name in PLAIN}
    return Station(location=Location(row["lat"], row["lon"]), services=services, names=names, **plain)


def _columns(one: Station) -> dict[str, object]:
    plain = {name: getattr(one, name) for name in PLAIN}
    lists = {name: "\n".join(getattr(one, name)) for name in ("services", "names")}
    return {**plain, **lists, "lat": one.location.lat, "lon": one.location.lon}

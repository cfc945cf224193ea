"""The commands that keep the directory of stations: `redstation stations …`.

Whoever can run them owns the data folder, so they pass no other door; closures and the audit say `cli`. Moments are China's, as on
the doors.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.app import DEMONSTRATION, Application, application, now, shipped_library
from bot.settings import load_settings
from bot.terminal import REFUSED, Data, confirmed, fail, say, told
from knowledge.stations.hours import CHINA
from knowledge.stations.model import KINDS, Diff, Found, Imported, Opening, OpenState, RowFault, Station

BY = "cli"
SHOWN = 20  # lines of each kind of change
LONGEST_REASON = 60  # characters; riders read it on a small screen
NOTHING = "(not registered)"
StationId = Annotated[str, typer.Argument(help="The id that `redstation stations list` shows.")]
station_commands = typer.Typer(no_args_is_help=True, help="The directory of stations: import, look, close and reopen doors.")


@contextmanager
def opened_stations(data: Path | None, demonstration: bool = True) -> Iterator[Application]:
    """The stations of a data folder, as riders find them; every trouble ends as one line."""
    with told(), application(load_settings(data=data)) as app:
        app.stations.open(shipped_library() / DEMONSTRATION if demonstration else None)
        yield app


@station_commands.command("import")
def station_import(
    file: Annotated[Path, typer.Argument(help="A .yaml, .csv or .xlsx file, written as docs/stations.md says.")],
    replace: Annotated[bool, typer.Option("--replace", help="Withdraw the stations that the file does not hold.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    data: Data = None,
) -> None:
    """Take stations in from a file: show what changes and every row that cannot be taken, ask, write."""
    with opened_stations(data, demonstration=False) as app:
        seen = app.stations.preview_file(file, replace)
        _show(seen, file, replace)
        if not yes and not confirmed(f"{_counted(seen.diff)}: import?"):
            fail("not imported; everything stays as it is", REFUSED)
        request = f"import {secrets.token_hex(16)}"
        done = app.stations.import_file(file, replace, request)
        if not _taken(done.diff):
            fail(f"{file.name} has changed meanwhile; nothing was imported", REFUSED)
        if done != seen:
            say("the file or the directory has changed meanwhile; this was done:")
        app.people.audit.record(BY, "station.import", request, now(), _counted(done.diff))
        print(f"{_counted(done.diff)}; {len(app.stations)} stations in the directory")


@station_commands.command("list")
def station_list(
    area: Annotated[str, typer.Option(help="Only in this area: a path or a part of one, as in 合肥市/蜀山区.")] = "",
    kind: Annotated[str, typer.Option(help=f"Only of this kind: {', '.join(KINDS)}.")] = "",
    data: Data = None,
) -> None:
    """One station a line: id, name, kind, area, and whether its door is open now."""
    if kind and kind not in KINDS:
        fail(f"--kind {kind} is no kind of station; choose {', '.join(KINDS)}")
    with opened_stations(data) as app:
        shown = 0
        for found in app.stations.listed():
            one = found.station
            if _within(one.area, area) and kind in ("", one.kind):
                shown += 1
                print("  ".join([one.id, one.name, one.kind, one.area or "-", _door(found)]))
        if not shown:
            say("no such station; `redstation stations list` without options shows them all")


@station_commands.command("show")
def station_show(station: StationId, data: Data = None) -> None:
    """All that is registered about a station, and whether its door is open now."""
    with opened_stations(data) as app:
        one = _named(app, station)
        [found] = app.stations.listed([one.id])
        reported = one in app.stations.flagged_stations()
        for name, value in _registered(one):
            print(f"{name:10} {value or NOTHING}")
        print(f"{'now':10} {_door(found)}")
        if found.closure is not None:
            print(f"{'closed by':10} {found.closure.by[:8]}, {_moment(found.closure.at)}")
        if reported:
            print(f"{'reports':10} two riders found it closed; see `redstation stations reports`")


@station_commands.command("close")
def station_close(
    station: StationId,
    until: Annotated[
        str, typer.Option(help="When it opens again, as 2026-11-25T18:00 (China time); without it: until reopened.")
    ] = "",
    reason: Annotated[str, typer.Option(help="A few words that riders will read.")] = "",
    data: Data = None,
) -> None:
    """Shut a door at once, whatever its hours say, in every running service. Riders' reports about it are cleared."""
    moment = _later(until) if until else None
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        fail(f"--reason is longer than {LONGEST_REASON} characters; riders read it on a phone")
    with opened_stations(data) as app:
        one = _named(app, station)
        _carry_out(app, "close", one, partial(app.stations.close_now, one.id, moment, reason, BY), until or "open_end")
        print(f"{one.id}  closed until {_moment(moment) if moment else 'it is reopened'}")


@station_commands.command("reopen")
def station_reopen(station: StationId, data: Data = None) -> None:
    """End a closure: the registered hours hold again."""
    with opened_stations(data) as app:
        one = _named(app, station)
        if app.stations.closure_of(one.id) is None:
            say(f"{one.id} was not closed by anybody; its registered hours hold")
            return
        _carry_out(app, "reopen", one, partial(app.stations.reopen, one.id))
        print(f"{one.id}  reopened; its registered hours hold")


@station_commands.command("reports")
def station_reports(
    clear: Annotated[str, typer.Option(help="Id of a station that was looked at: its door is open, forget the reports.")] = "",
    data: Data = None,
) -> None:
    """Stations that two riders found closed within a day, until somebody closes them or clears the reports."""
    with opened_stations(data) as app:
        if clear:
            one = _named(app, clear)
            _carry_out(app, "clear_reports", one, partial(app.stations.clear_reports, one.id))
        flagged = [station.id for station in app.stations.flagged_stations()]
        for found in app.stations.listed(flagged):
            print("  ".join([found.station.id, found.station.name, found.station.area or "-", _door(found)]))
        if not flagged:
            say("no reports that riders agree on")


def _show(seen: Imported, file: Path, replace: bool) -> None:
    """Everything about a file on stderr. Ends the command where nothing of it can be taken."""
    if not _taken(seen.diff) and len(seen.faults) == 1 and not seen.faults[0].column:
        fail(seen.faults[0])
    for fault in seen.faults:
        say(fault)
    _lines(seen.remarks)
    if not _taken(seen.diff):
        fail(f"no row of {file.name} can be taken; everything stays as it is", REFUSED)
    diff = seen.diff
    changed = [f"{name}: {', '.join(fields)}" for name, fields in diff.changed]
    for mark, names in (("+", diff.added), ("~", changed), ("-", diff.withdrawn)):
        _lines([f"{mark} {name}" for name in names], mark)
    if seen.faults:
        rows = len({fault.line for fault in seen.faults})
        say(f"{rows} row(s) of {file.name} are left out" + ("; so nothing is withdrawn" if replace else ""))


def _lines(lines: Sequence[str | RowFault], mark: str = "") -> None:
    for line in lines[:SHOWN]:
        say(line)
    if len(lines) > SHOWN:
        say(f"{mark} … and {len(lines) - SHOWN} more".lstrip())


def _taken(diff: Diff) -> int:
    return len(diff.added) + len(diff.changed) + diff.unchanged


def _counted(diff: Diff) -> str:
    parts = [f"{len(diff.added)} added", f"{len(diff.changed)} changed", f"{diff.unchanged} as they were"]
    parts += [f"{len(diff.withdrawn)} withdrawn"] if diff.withdrawn else []
    parts += [f"{diff.demonstration_dropped} of the demonstration dropped"] if diff.demonstration_dropped else []
    return ", ".join(parts)


def _within(path: str, wanted: str) -> bool:
    """Whether the levels of `wanted` stand one behind the other in an area's path; "" is in all."""
    return not wanted or f"/{wanted.strip('/')}/" in f"/{path}/"


def _named(app: Application, station: str) -> Station:
    found = app.stations.station(station)
    if found is None:
        fail(f"no station {station!r}; `redstation stations list` shows them")
    return found


def _carry_out(app: Application, action: str, station: Station, work: Callable[[str], bool], why: str = "") -> None:
    """Do it once, and note it."""
    if not work(f"cli {secrets.token_hex(16)}"):
        fail(f"station {station.id!r} has just been withdrawn")
    app.people.audit.record(BY, f"station.{action}", station.id, now(), why)


def _later(text: str) -> datetime:
    """A moment to come; China time where it names no other."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--until {text!r} is no moment; write it as 2026-11-25T18:00")
    moment = found if found.tzinfo else found.replace(tzinfo=CHINA)
    if moment <= now():
        fail(f"--until {_moment(moment)} (China time) has passed")
    return moment


def _moment(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def _door(found: Found) -> str:
    if found.closure is not None:
        until = f"closed until {_moment(found.closure.until)}" if found.closure.until else "closed until it is reopened"
        return until + (f" ({found.closure.reason})" if found.closure.reason else "")
    return _by_hours(found.opening) + ("" if found.opening.holidays_known else ", holidays of that year not published")


def _by_hours(opening: Opening) -> str:
    if opening.always:
        return "open around the clock"
    if opening.state is OpenState.UNKNOWN:
        return "hours not registered"
    change = "until" if opening.state is OpenState.OPEN else "opens"
    return f"{opening.state}, {change} {_moment(opening.until)}" if opening.until else str(opening.state)


def _registered(one: Station) -> Iterator[tuple[str, str]]:
    yield "id", one.id
    yield "name", one.name + (" (demonstration)" if one.demo else "")
    yield "kind", one.kind
    yield "area", one.area
    yield "address", one.address
    yield "place", f"{one.location.lat:.6f}, {one.location.lon:.6f} (WGS-84)"
    yield "services", "、".join(one.services)
    yield "hours", one.hours
    yield "phone", one.phone
    yield "confirmed", str(one.confirmed_at or "")
    yield "also", "、".join(one.names)

"""What an import does to the directory, and when riders agree that a door is shut: pure, so that every store does the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from knowledge.stations.model import Diff, Plan, Station

AGREE_WITHIN = timedelta(hours=24)
FIELDS = tuple(one.name for one in fields(Station) if one.name != "id")


def plan_import(present: Mapping[str, Station], incoming: Iterable[Station], replace: bool) -> Plan:
    """An upsert. With `replace` what the file lacks is withdrawn; real stations always drop the demonstration."""
    wanted = {station.id: station for station in incoming}
    real = any(not station.demo for station in wanted.values())
    fiction = {one.id for one in present.values() if one.demo} if real else set()
    known = {name: one for name, one in present.items() if name not in fiction}
    added = tuple(sorted(name for name in wanted if name not in known))
    changed = tuple(
        (name, tuple(one for one in FIELDS if getattr(known[name], one) != getattr(station, one)))
        for name, station in sorted(wanted.items())
        if name in known and known[name] != station
    )
    withdrawn = tuple(sorted(name for name in known if name not in wanted)) if replace else ()
    unchanged = len(wanted) - len(added) - len(changed)
    diff = Diff(added, changed, unchanged, withdrawn, len(fiction))
    write = tuple(wanted[name] for name in (*added, *(name for name, _ in changed)))
    return Plan(diff, write, (*withdrawn, *sorted(fiction)))


def agree(reports: Sequence[tuple[str, datetime]]) -> bool:
    """Whether two different riders reported within a day of each other; (reporter, at) in order of time."""
    for place, (who, when) in enumerate(reports):
        for other, before in reports[:place]:
            if other != who and when - before <= AGREE_WITHIN:
                return True
    return False

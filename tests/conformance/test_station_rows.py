"""What every store of stations does, in memory and on the database."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.storage.engine import open_engine
from knowledge.errors import StationsUnavailable
from knowledge.model import Location
from knowledge.stations.model import Closure, Diff, Station
from knowledge.stations.planning import plan_import
from knowledge.stations.ports import Rows
from knowledge.store import StationTables
from knowledge.testing import InMemoryStations
from tests.knowledge.stations.housing import NOON, station

FULL = Station(
    "full", "样例驿站", "工会驿站", Location(31.8521234, 117.2354321), "样例地址", "安徽省/合肥市", ("饮水", "热饭"), "08:00-20:00",
    "0551-0000", date(2026, 11, 1), False, ("地标一", "地标二"),
)  # fmt: skip


@pytest.fixture(params=["memory", "rows"])
def rows(request: pytest.FixtureRequest, engine: Engine) -> Rows:
    return InMemoryStations() if request.param == "memory" else StationTables(engine)


def put(rows: Rows, stations: Sequence[Station], request: str = "r", replace: bool = False, real: bool = True) -> Diff:
    return rows.apply(request, NOON, lambda present: plan_import(present, stations, replace), real)


def ids(rows: Rows) -> list[str]:
    return [one.id for one in rows.snapshot().stations]


def closed(name: str, hours: int | None = 2) -> Closure:
    return Closure(name, NOON + timedelta(hours=hours) if hours else None, "停电", "account-7", NOON)


def test_a_station_comes_back_as_it_was_put_in(rows: Rows) -> None:
    put(rows, [FULL, station("bare", services=())])
    assert rows.snapshot().stations == (station("bare", services=()), FULL)


def test_an_import_says_what_it_changed_and_in_which_fields(rows: Rows) -> None:
    put(rows, [station("a"), station("b"), station("c")], "first")
    diff = put(rows, [station("a"), station("b", hours="24/7", services=("热饭",)), station("d")], "second")
    assert diff == Diff(("d",), (("b", ("services", "hours")),), 1)
    assert ids(rows) == ["a", "b", "c", "d"]


def test_only_a_replacement_withdraws_stations(rows: Rows) -> None:
    put(rows, [station("a"), station("b")], "first")
    assert put(rows, [station("b")], "second", replace=True).withdrawn == ("a",)
    assert ids(rows) == ["b"]


def test_an_import_done_twice_changes_nothing_even_after_a_later_one(rows: Rows) -> None:
    put(rows, [station("a")], "first")
    put(rows, [station("a", hours="24/7")], "second")
    version = rows.version()
    assert put(rows, [station("a")], "first").replayed
    assert rows.snapshot().stations[0].hours == "24/7"
    assert rows.version() == version


def test_real_stations_drop_the_demonstration_and_are_remembered(rows: Rows) -> None:
    put(rows, [station("x", demo=True), station("y", demo=True)], "demonstration", real=False)
    assert rows.imported_at() is None
    assert put(rows, [station("a")], "first").demonstration_dropped == 2
    assert ids(rows) == ["a"]
    assert rows.imported_at() == NOON
    rows.apply("later", NOON + timedelta(days=2), lambda present: plan_import(present, [station("a")], False), True)
    rows.apply("older", NOON + timedelta(days=1), lambda present: plan_import(present, [station("a")], False), True)
    assert rows.imported_at() == NOON + timedelta(days=2)


def test_an_import_that_changes_nothing_moves_no_counter(rows: Rows) -> None:
    put(rows, [station("a")], "first")
    before = rows.version()
    put(rows, [station("a")], "second")
    assert rows.version() == before


def test_a_plan_that_fails_leaves_everything_as_it_was(rows: Rows) -> None:
    put(rows, [station("a")], "first")
    with pytest.raises(ZeroDivisionError):
        rows.apply("second", NOON, lambda present: plan_import(present, [station(str(1 // 0))], False), True)
    assert ids(rows) == ["a"]
    assert put(rows, [station("b")], "second").added == ("b",)  # what failed was not done


def test_a_closure_holds_until_its_moment_and_survives_an_import(rows: Rows) -> None:
    put(rows, [station("a")], "first")
    assert rows.close("close", closed("a"))
    put(rows, [station("a", hours="24/7")], "second", replace=True)
    held = rows.closures()["a"]
    assert held == closed("a")
    assert held.holds(NOON + timedelta(minutes=119))
    assert not held.holds(NOON + timedelta(hours=2))


def test_a_closure_repeated_after_reopening_stays_open(rows: Rows) -> None:
    put(rows, [station("a")])
    rows.close("close", closed("a", None))
    rows.reopen("reopen", "a", NOON)
    assert rows.close("close", closed("a", None))
    assert rows.closures() == {}


def test_the_last_closure_of_a_station_counts(rows: Rows) -> None:
    put(rows, [station("a")])
    rows.close("one", closed("a", 1))
    rows.close("two", closed("a", 5))
    assert rows.closures() == {"a": closed("a", 5)}


def test_every_change_of_a_door_moves_its_counter_and_only_that(rows: Rows) -> None:
    put(rows, [station("a")])
    versions = [rows.version()]
    for change in (
        lambda: rows.close("1", closed("a")), lambda: rows.reopen("2", "a", NOON), lambda: rows.report("3", "a", "rider", NOON),
        lambda: rows.clear("4", "a", NOON),
    ):  # fmt: skip
        change()
        versions.append(rows.version())
    assert [one.doors for one in versions] == [versions[0].doors + step for step in range(5)]
    assert {one.stations for one in versions} == {versions[0].stations}


def test_nothing_is_done_to_a_station_that_does_not_exist(rows: Rows) -> None:
    before = rows.version()
    assert not rows.close("1", closed("nowhere"))
    assert not rows.reopen("2", "nowhere", NOON)
    assert rows.report("3", "nowhere", "rider", NOON) is None
    assert not rows.clear("4", "nowhere", NOON)
    assert rows.version() == before
    put(rows, [station("nowhere")])
    assert rows.close("1", closed("nowhere"))  # a refused request was not done
    assert rows.closures()


def report(rows: Rows, rider: str, hours: float, request: str = "") -> tuple[bool, bool]:
    done = rows.report(request or f"{rider}{hours}", "a", rider, NOON + timedelta(hours=hours))
    assert done is not None
    return done.new, done.flagged


def test_two_riders_within_a_day_flag_a_station_and_one_rider_never_does(rows: Rows) -> None:
    put(rows, [station("a"), station("b")])
    assert report(rows, "ming", 0) == (True, False)
    assert report(rows, "ming", 1) == (True, False)
    assert report(rows, "hong", 2) == (True, True)
    assert list(rows.flagged()) == ["a"]


def test_riders_more_than_a_day_apart_do_not_flag(rows: Rows) -> None:
    put(rows, [station("a")])
    report(rows, "ming", 0)
    assert report(rows, "hong", 24.1) == (True, False)
    assert report(rows, "ming", 30) == (True, True)


def test_a_report_repeated_counts_once(rows: Rows) -> None:
    put(rows, [station("a")])
    report(rows, "ming", 0, "same")
    assert report(rows, "hong", 1, "same") == (False, False)


def test_clearing_takes_the_flag_away_and_does_so_once(rows: Rows) -> None:
    put(rows, [station("a")])
    report(rows, "ming", 0)
    report(rows, "hong", 1)
    rows.clear("clear", "a", NOON)
    assert list(rows.flagged()) == []
    report(rows, "ming", 2)
    assert report(rows, "hong", 3) == (True, True)
    rows.clear("clear", "a", NOON)  # the old request again
    assert list(rows.flagged()) == ["a"]


def test_closing_answers_the_reports(rows: Rows) -> None:
    put(rows, [station("a")])
    report(rows, "ming", 0)
    report(rows, "hong", 1)
    rows.close("close", closed("a"))
    assert list(rows.flagged()) == []


def test_what_is_old_is_forgotten_but_not_that_there_was_an_import(rows: Rows) -> None:
    put(rows, [station("a"), station("b")], "import")
    rows.close("close", closed("a", 1))
    rows.close("for good", closed("b", None))
    report(rows, "ming", 0)
    rows.erase(NOON + timedelta(days=30))
    assert set(rows.closures()) == {"b"}
    assert report(rows, "hong", 1) == (True, False)
    assert rows.imported_at() == NOON


def test_more_stations_than_one_statement_takes_are_changed_and_withdrawn(rows: Rows) -> None:
    many = [station(f"s{number:04}") for number in range(1000)]
    put(rows, many, "first")
    put(rows, [station(f"s{number:04}", hours="24/7") for number in range(1000)], "second")
    assert {one.hours for one in rows.snapshot().stations} == {"24/7"}
    assert len(put(rows, many[:1], "third", replace=True).withdrawn) == 999


def test_two_processes_that_do_one_request_at_once_do_it_once(engine: Engine) -> None:
    first, other = StationTables(engine), StationTables(open_engine(Path(str(engine.url.database))))
    put(first, [station("a")])
    done: list[bool] = []

    def tell(rows: StationTables) -> None:
        for number in range(20):
            found = rows.report(f"request {number}", "a", "rider", NOON)
            assert found is not None
            done.append(found.new)

    threads = [threading.Thread(target=tell, args=(rows,)) for rows in (first, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), sum(done)) == (40, 20)


def test_a_lost_database_is_told_as_what_it_is(engine: Engine) -> None:
    rows = StationTables(engine)
    with engine.begin() as connection:
        connection.execute(text("drop table knowledge_station_version"))
        connection.execute(text("drop table knowledge_station_closure"))
    with pytest.raises(StationsUnavailable):
        rows.version()
    put_station = station("a")
    with pytest.raises(StationsUnavailable):
        put(rows, [put_station])

"""Stations, as the dialogue sees them: on a real database, with other processes about, and with the database gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.storage.engine import open_engine
from knowledge.model import Location
from knowledge.stations import OpenState, Stations
from knowledge.stations.planning import plan_import
from knowledge.store import StationTables
from knowledge.testing import InMemoryStations
from tests.knowledge.stations.housing import NOON, SHIPPED, TOWN, station

HERE = Location(31.851, 117.251)
HEAD = "编号,名称,类型,坐标系,纬度,经度,片区,服务,开放时间"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "redstation.db")
    yield opened
    opened.dispose()


@pytest.fixture
def stations(engine: Engine, clock: Clock) -> Stations:
    rows = StationTables(engine)
    rows.apply("town", NOON, lambda present: plan_import(present, TOWN, False), True)
    opened = Stations(rows, clock)
    opened.open()
    return opened


@pytest.fixture
def other(engine: Engine, clock: Clock) -> Iterator[Stations]:
    """The same data folder, as another process has it."""
    apart = open_engine(Path(str(engine.url.database)))
    yield Stations(StationTables(apart), clock)
    apart.dispose()


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "stations.csv"
    path.write_text("\n".join((HEAD, *rows)), encoding="utf-8")
    return path


def found(stations: Stations, words: str, location: Location | None = HERE) -> list[str]:
    return [one.station.id for one in stations.find(words, location).found]


def test_the_nearest_come_first_with_distance_and_minutes(stations: Stations) -> None:
    answer = stations.find("附近有驿站吗", HERE)
    assert [one.station.id for one in answer.found] == ["a1", "a3", "a2"]
    first = answer.found[0]
    assert first.distance_m == pytest.approx(146, abs=2)
    assert first.walking_minutes == 3
    assert (first.opening.state, answer.place, answer.needs_location) == (OpenState.UNKNOWN, "", False)


def test_without_a_place_the_location_is_asked_for(stations: Stations) -> None:
    answer = stations.find("附近有驿站吗")
    assert answer.needs_location
    assert answer.found == ()


def test_a_named_area_shows_its_own_stations_without_distances(stations: Stations) -> None:
    answer = stations.find("长沙哪里有驿站", count=9)
    assert {one.station.id for one in answer.found} == {"d1", "d2", "d3", "d4", "d5"}
    assert {one.distance_m for one in answer.found} == {None}
    assert (answer.place, answer.needs_location) == ("长沙市", False)


def test_a_named_landmark_shows_its_station_first_and_measures_its_neighbours_from_there(stations: Stations) -> None:
    answer = stations.find("五一广场附近")
    assert answer.found[0].station.id == "d1"
    assert answer.found[0].distance_m is None
    assert answer.found[1].distance_m == pytest.approx(2429, abs=30)


def test_a_named_place_is_measured_from_the_rider_where_that_is_known(stations: Stations) -> None:
    answer = stations.find("五一广场附近", Location(28.2, 112.97))
    assert answer.found[0].station.id == "d1"
    assert answer.found[0].distance_m == pytest.approx(1112, abs=2)


def test_a_name_with_two_meanings_gives_options_and_the_location_decides(stations: Stations) -> None:
    answer = stations.find("万达广场附近")
    assert [option.area.split("/")[1] for option in answer.options] == ["银川市", "合肥市"]
    assert answer.found == ()
    assert found(stations, "万达广场附近")[0] == "a3"


def test_services_and_kinds_narrow_the_search(stations: Stations) -> None:
    assert found(stations, "附近的司机之家") == ["a2"]
    assert found(stations, "附近能洗澡的") == []


def test_nobody_is_sent_to_another_province(stations: Stations) -> None:
    assert found(stations, "附近驿站", Location(39.9, 116.4)) == []


def test_a_closure_of_another_process_shows_at_once_and_ends_by_itself(stations: Stations, other: Stations, clock: Clock) -> None:
    assert other.close_now("a1", NOON + timedelta(hours=1), "停电", "account-7", "request")
    first = stations.find("附近驿站", HERE).found[0]
    assert (first.station.id, first.opening.state) == ("a1", OpenState.CLOSED)
    assert first.closure is not None
    assert (first.closure.reason, first.closure.by) == ("停电", "account-7")
    clock.moment = NOON + timedelta(hours=1)
    assert stations.find("附近驿站", HERE).found[0].closure is None


def test_reopening_in_another_process_shows_at_once(stations: Stations, other: Stations) -> None:
    stations.close_now("a1", None, "停电", "account-7", "close")
    assert other.reopen("a1", "reopen")
    assert stations.find("附近驿站", HERE).found[0].closure is None


def test_stations_of_another_process_show_after_following(stations: Stations, other: Stations, tmp_path: Path) -> None:
    other.import_file(table(tmp_path, "n1,样例驿站,红色驿站,WGS-84,31.851,117.251,,,24小时"), False, "import")
    assert stations.follow()
    assert found(stations, "附近驿站")[0] == "n1"
    assert not stations.follow()


def test_an_import_shows_at_once_in_its_own_process_with_diff_and_faults(stations: Stations, tmp_path: Path) -> None:
    path = table(tmp_path, "n1,样例驿站,红色驿站,WGS-84,31.851,117.251,,,24小时", "n2,样例驿站,网吧,WGS-84,31.851,117.251,,,")
    preview = stations.preview_file(path, False)
    assert found(stations, "附近驿站")[0] == "a1"
    done = stations.import_file(path, False, "import")
    assert done == preview
    assert done.diff.added == ("n1",)
    assert [(fault.line, fault.column) for fault in done.faults] == [(3, "类型")]
    assert found(stations, "附近驿站")[0] == "n1"
    assert stations.import_file(path, False, "import").diff.replayed


def test_a_replacement_with_bad_rows_withdraws_nothing(stations: Stations, tmp_path: Path) -> None:
    good, bad = "n1,样例驿站,红色驿站,WGS-84,31.851,117.251,,,", "n2,样例驿站,网吧,WGS-84,31.851,117.251,,,"
    assert stations.import_file(table(tmp_path, good, bad), True, "one").diff.withdrawn == ()
    assert len(stations) == len(TOWN) + 1
    assert len(stations.import_file(table(tmp_path, good), True, "two").diff.withdrawn) == len(TOWN)
    assert len(stations) == 1


def test_a_file_without_a_good_row_changes_nothing(stations: Stations, tmp_path: Path) -> None:
    done = stations.import_file(table(tmp_path, "n1,,,,,,,,"), True, "one")
    assert done.faults
    assert len(stations) == len(TOWN)


def test_two_riders_flag_a_station_and_its_manager_clears_it(stations: Stations, other: Stations) -> None:
    stations.report_closed("a1", "ming", "r1")
    reported = other.report_closed("a1", "hong", "r2")
    assert reported is not None
    assert reported.flagged
    assert [one.id for one in stations.flagged_stations()] == ["a1"]
    assert stations.clear_reports("a1", "r3")
    assert stations.flagged_stations() == ()
    assert stations.report_closed("nowhere", "ming", "r4") is None


def test_with_the_database_gone_everything_in_memory_still_answers(
    stations: Stations, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    stations.close_now("a1", None, "停电", "account-7", "close")
    with engine.begin() as connection:
        connection.execute(text("drop table knowledge_station_version"))
    with caplog.at_level(logging.WARNING):
        answer = stations.find("附近驿站", HERE)
    assert answer.found[0].closure is not None
    assert not stations.follow()
    assert "cannot be read" in caplog.text
    assert str(HERE.lat) not in caplog.text


def test_a_database_that_comes_back_is_followed_again(clock: Clock) -> None:
    rows = InMemoryStations({"a": station("a")})
    stations = Stations(rows, clock)
    stations.open()
    rows.broken = True
    assert found(stations, "附近驿站") == ["a"]
    rows.broken = False
    stations.close_now("a", None, "", "account-7", "close")
    assert stations.find("附近驿站", HERE).found[0].closure is not None


def test_the_demonstration_fills_an_empty_directory_and_goes_with_the_first_real_station(
    engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    stations = Stations(StationTables(engine), clock)
    stations.open(SHIPPED)
    assert len(stations) >= 60
    assert stations.find("合肥有驿站吗").found[0].station.demo
    again = Stations(StationTables(engine), clock)
    again.open(SHIPPED)
    assert len(again) == len(stations)
    stations.import_file(table(tmp_path, "n1,样例驿站,红色驿站,WGS-84,31.851,117.251,,,"), False, "import")
    assert len(stations) == 1
    later = Stations(StationTables(engine), clock)
    later.open(SHIPPED)
    assert len(later) == 1


def test_the_demonstration_never_comes_back_after_real_stations_were_withdrawn(engine: Engine, clock: Clock) -> None:
    rows = StationTables(engine)
    rows.apply("one", NOON, lambda present: plan_import(present, [station("a")], True), True)
    rows.apply("two", NOON, lambda present: plan_import(present, [], True), True)
    stations = Stations(rows, clock)
    stations.open(SHIPPED)
    assert len(stations) == 0


def test_first_aid_is_near_real_and_not_known_to_be_closed(clock: Clock) -> None:
    near = [
        station("demo", 31.850, services=("应急药品",), demo=True), station("shut", 31.853, services=("AED",), hours="20:00-22:00"),
        station("without", 31.852), station("closed", 31.854, services=("AED",)), station("right", 31.860, services=("AED",)),
        station("kit", 31.865, services=("应急药品",), hours="24/7"),
    ]  # fmt: skip
    stations = Stations(InMemoryStations({one.id: one for one in near}), clock)
    stations.open()
    stations.close_now("closed", None, "", "account-7", "close")
    aid = stations.nearest_with_first_aid(HERE)
    assert aid is not None
    assert aid.station.id == "right"
    assert stations.nearest_with_first_aid(Location(31.95, 117.25)) is None


def test_open_at_a_named_time_is_open_then(clock: Clock) -> None:
    day, night = station("day", 31.851, hours="08:00-20:00"), station("night", 31.9, hours="22:00-06:00")
    stations = Stations(InMemoryStations({one.id: one for one in (day, night)}), clock)
    stations.open()
    assert found(stations, "现在开着的驿站") == ["day"]
    assert found(stations, "半夜两点还开门的") == ["night"]
    assert found(stations, "24小时的驿站") == []
    assert stations.find("附近驿站", HERE, NOON.replace(hour=23)).found[0].opening.state is OpenState.CLOSED


def test_old_requests_and_closures_are_forgotten(stations: Stations, clock: Clock) -> None:
    stations.close_now("a1", NOON + timedelta(hours=1), "", "account-7", "close")
    clock.moment = NOON + timedelta(days=31)
    stations.erase_old()
    assert stations.close_now("a1", clock.moment + timedelta(hours=1), "", "account-7", "close")
    assert stations.find("附近驿站", HERE).found[0].closure is not None


def test_nothing_about_a_rider_is_written(stations: Stations, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    where = Location(31.8517253, 117.2519871)
    with caplog.at_level(logging.DEBUG):
        stations.find("附近驿站", where)
        stations.nearest_with_first_aid(where)
    folder = Path(str(engine.url.database)).parent
    for path in folder.glob("redstation.db*"):
        held = path.read_bytes()
        assert b"8517253" not in held
        assert b"2519871" not in held
    assert "8517253" not in caplog.text

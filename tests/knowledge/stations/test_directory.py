"""The nearest stations: equal to comparing with every one of them by hand."""

from __future__ import annotations

import math
import random
from datetime import timedelta

import pytest

from knowledge.model import Location
from knowledge.stations.directory import Directory, distance_m, walking_minutes
from knowledge.stations.hours import HoursBook
from knowledge.stations.model import KINDS, Closure, OpenState, Station
from tests.knowledge.stations.housing import NOON, station

SERVICES = ("饮水", "如厕", "热饭", "洗澡")
HOURS = ("", "24/7", "08:00-22:00", "Mo-Fr 08:00-11:30", "22:00-06:00", "13:00-20:00")
CASES = 10_000


def plain(here: Location, there: Location) -> float:
    """The spherical law of haversines, written out once more."""
    a, b = math.radians(here.lat), math.radians(there.lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(there.lon - here.lon) / 2) ** 2
    return 2 * 6_371_008.8 * math.atan2(math.sqrt(half), math.sqrt(1 - half))


def scattered(count: int, seed: int) -> list[Station]:
    drawn = random.Random(seed)
    towns = [(drawn.uniform(19, 50), drawn.uniform(75, 130)) for _ in range(12)]
    found = []
    for number in range(count):
        lat, lon = drawn.choice(towns)
        found.append(
            station(
                f"s{number:05}", round(lat + drawn.gauss(0, 0.1), 4), round(lon + drawn.gauss(0, 0.1), 4), kind=drawn.choice(KINDS),
                services=tuple(drawn.sample(SERVICES, drawn.randint(0, 4))), hours=drawn.choice(HOURS), demo=drawn.random() < 0.1,
            )
        )  # fmt: skip
    return found


def by_hand(
    stations: list[Station], here: Location, count: int, services: tuple[str, ...], kinds: tuple[str, ...], open_: bool, far: float
) -> list[str]:
    book = HoursBook()
    wanted = [
        (plain(here, one.location), one.id) for one in stations
        if set(services) <= set(one.services) and (not kinds or one.kind in kinds)
        and (not open_ or book.opening(one.hours, NOON).state is OpenState.OPEN)
    ]  # fmt: skip
    return [name for metres, name in sorted(wanted)[:count] if metres <= far]


@pytest.mark.slow
def test_ten_thousand_random_searches_equal_comparing_with_every_station() -> None:
    drawn = random.Random(20261121)
    stations = scattered(300, 1)
    directory = Directory(stations, HoursBook())
    wrong = []
    for _ in range(CASES):
        near = drawn.choice(stations).location
        spread = drawn.choice((0.0, 0.05, 3.0, 40.0))
        here = Location(max(-89.0, min(89.0, near.lat + drawn.gauss(0, spread))), near.lon + drawn.gauss(0, spread))
        services = tuple(drawn.sample(SERVICES, drawn.choice((0, 0, 1, 2))))
        kinds = tuple(drawn.sample(KINDS, drawn.choice((0, 0, 1, 2))))
        count, open_, far = drawn.randint(1, 8), drawn.random() < 0.5, drawn.choice((math.inf, 20_000.0))
        found = directory.nearest(here, NOON, count, services=services, kinds=kinds, open_only=open_, within_m=far)
        if [one.station.id for one in found] != by_hand(stations, here, count, services, kinds, open_, far):
            wrong.append((here, services, kinds, count, open_, far))
    assert wrong == []


def test_distances_are_those_of_the_plain_formula() -> None:
    stations = scattered(50, 2)
    here = Location(31.0, 110.0)
    for found in Directory(stations, HoursBook()).nearest(here, NOON, 50):
        assert found.distance_m == pytest.approx(plain(here, found.station.location), abs=0.01)


def test_stations_of_one_door_come_in_order_of_id() -> None:
    directory = Directory([station(name) for name in ("c", "a", "b", "d")], HoursBook())
    assert [found.station.id for found in directory.nearest(Location(31.85, 117.25), NOON, 3)] == ["a", "b", "c"]


def test_an_empty_directory_finds_nothing() -> None:
    assert Directory([], HoursBook()).nearest(Location(31.85, 117.25), NOON, 3, services=("饮水",), open_only=True) == []


@pytest.mark.parametrize("here", [Location(90, 0), Location(-90, 10), Location(0, 180), Location(0, -180), Location(31.85, 117.25)])
def test_every_point_of_the_earth_has_a_nearest_station(here: Location) -> None:
    stations = scattered(40, 3)
    found = Directory(stations, HoursBook()).nearest(here, NOON, 1)[0]
    assert found.distance_m == pytest.approx(min(plain(here, one.location) for one in stations), rel=1e-6)


def test_the_only_open_door_is_found_behind_thousands_of_shut_ones() -> None:
    stations = [station(f"s{number:05}", 31 + number / 100_000, hours="22:00-23:00") for number in range(3000)]
    directory = Directory([*stations, station("open", 45.0, 130.0, hours="24/7")], HoursBook())
    assert [found.station.id for found in directory.nearest(Location(31, 117.25), NOON, 3, open_only=True)] == ["open"]
    assert [found.station.id for found in directory.nearest(Location(31, 117.25), NOON, 3, always=True)] == ["open"]


def test_a_closed_door_is_passed_over_and_said_to_open_again() -> None:
    directory = Directory([station("a", hours="08:00-22:00"), station("b", 31.9, hours="08:00-22:00")], HoursBook())
    closure = {"a": Closure("a", NOON + timedelta(hours=3), "停水", "account", NOON)}
    here = Location(31.85, 117.25)
    assert [one.station.id for one in directory.nearest(here, NOON, 1, open_only=True, closures=closure)] == ["b"]
    shown = directory.nearest(here, NOON, 1, closures=closure)[0]
    assert (shown.opening.state, shown.opening.until) == (OpenState.CLOSED, NOON + timedelta(hours=3))
    assert shown.closure == closure["a"]
    later = directory.nearest(here, NOON + timedelta(hours=4), 1, open_only=True, closures=closure)[0]
    assert (later.station.id, later.closure) == ("a", None)


def test_a_closure_until_the_night_opens_with_the_next_registered_hour() -> None:
    directory = Directory([station("a", hours="08:00-22:00"), station("b")], HoursBook())
    until = NOON.replace(hour=23)
    for name, opens in (("a", NOON.replace(hour=8) + timedelta(days=1)), ("b", None)):
        one = directory.get(name)
        assert one is not None
        opening, _ = directory.opening(one, NOON, {name: Closure(name, until, "", "account", NOON)})
        assert (opening.state, opening.until) == (OpenState.CLOSED, opens)


def test_walking_takes_a_detour_at_four_and_a_half_kilometres_an_hour() -> None:
    assert [walking_minutes(metres) for metres in (0, 57, 58, 1000, 3000)] == [1, 1, 2, 18, 52]


def test_one_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert distance_m(Location(30, 117), Location(31, 117)) == pytest.approx(111_195, abs=1)

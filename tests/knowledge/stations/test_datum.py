"""Coordinates: within a metre of the published points, there and back, and links in each map's own datum."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Location
from knowledge.stations import route_links
from knowledge.stations.datum import (
    Datum,
    bd09_to_gcj02,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_china,
    to_wgs84,
    wgs84_to_gcj02,
)
from knowledge.stations.directory import distance_m
from tests.knowledge.stations.housing import station

# Published with github.com/googollee/eviltransform: WGS-84, then GCJ-02 (Shanghai, Shenzhen, Beijing).
GCJ02 = (
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),  # with wandergis/coordtransform
)
# Published with ports of github.com/wandergis/coordtransform: GCJ-02, then BD-09.
BD09 = (
    ((39.915, 116.404), (39.92133699351021, 116.41036949371029)),
    ((39.90865673957631, 116.39762729119315), (39.915, 116.404)),
    ((30.608604331756705, 121.09626935575027), (30.61484572185035, 121.10271732371203)),
)
inside = st.builds(Location, st.floats(18.0, 53.5), st.floats(73.6, 134.7))


@pytest.mark.parametrize(("earth", "mars"), GCJ02)
def test_gcj02_is_within_a_metre_of_the_published_points(earth: tuple[float, float], mars: tuple[float, float]) -> None:
    assert distance_m(wgs84_to_gcj02(Location(*earth)), Location(*mars)) < 1
    assert distance_m(gcj02_to_wgs84(Location(*mars)), Location(*earth)) < 1


@pytest.mark.parametrize(("mars", "baidu"), BD09)
def test_bd09_is_within_a_metre_of_the_published_points(mars: tuple[float, float], baidu: tuple[float, float]) -> None:
    assert distance_m(gcj02_to_bd09(Location(*mars)), Location(*baidu)) < 1
    assert distance_m(bd09_to_gcj02(Location(*baidu)), Location(*mars)) < 1


@given(inside, st.sampled_from(Datum))
def test_there_and_back_is_where_it_began(place: Location, datum: Datum) -> None:
    assert distance_m(to_wgs84(from_wgs84(place, datum), datum), place) < 0.01


@given(inside)
def test_the_shift_in_china_is_never_nothing_and_under_two_kilometres(place: Location) -> None:
    assert 1 < distance_m(place, wgs84_to_gcj02(place)) < 2000


@pytest.mark.parametrize("place", [Location(51.5, -0.1), Location(-33.9, 151.2), Location(35.7, 139.7)])
@pytest.mark.parametrize("datum", list(Datum))
def test_nothing_is_shifted_outside_china(place: Location, datum: Datum) -> None:
    assert not in_china(place)
    assert from_wgs84(place, datum) == place == to_wgs84(place, datum)


def test_every_link_is_in_the_datum_of_its_map_and_leads_to_the_station() -> None:
    one = station("a", 31.1774276, 121.5272106, title="样例,驿站|甲")
    links = route_links(one)
    lon, lat, name = parse_qs(urlsplit(links.amap).query)["to"][0].split(",")
    assert distance_m(Location(float(lat), float(lon)), Location(31.17530398364597, 121.531541859215)) < 1
    assert name == "样例 驿站 甲"
    query = parse_qs(urlsplit(links.baidu).query)
    lat, lon = query["location"][0].split(",")
    assert query["coord_type"] == ["bd09ll"]
    assert distance_m(to_wgs84(Location(float(lat), float(lon)), Datum.BD09), one.location) < 1
    assert unquote(links.geo) == "geo:31.177428,121.527211?q=31.177428,121.527211(样例 驿站 甲)"
    assert "from=" not in links.amap
    assert "origin=" not in links.baidu

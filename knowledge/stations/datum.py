"""Coordinates between the datums of China: WGS-84 of phones, GCJ-02 of Chinese maps, BD-09 of Baidu.

GCJ-02 was never published by its makers; what everybody uses is the formula of github.com/wandergis/coordtransform: constants
of the Krasovsky 1940 ellipsoid, a trigonometric series, and a rectangle outside of which nothing is shifted. The same with an
earth radius of 6378137 m is github.com/googollee/eviltransform (centimetres apart; the tests hold its published points). BD-09
over GCJ-02 is in both. There is no closed inverse: it is found by iteration, to far less than a metre.
"""

from __future__ import annotations

import math
from enum import StrEnum

from knowledge.model import Location

AXIS = 6378245.0  # metres, semi-major axis of Krasovsky 1940
ECCENTRICITY = 0.00669342162296594323  # squared
BAIDU = math.pi * 3000.0 / 180.0
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271  # degrees; outside nothing is shifted
ROUNDS = 30
CLOSE = 1e-10  # degrees, a hundredth of a millimetre


class Datum(StrEnum):
    """What a pair of degrees refers to."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


def in_china(place: Location) -> bool:
    """Whether the shift of GCJ-02 applies: the usual rectangle, which holds bits of the neighbours."""
    return WEST <= place.lon <= EAST and SOUTH <= place.lat <= NORTH


def wgs84_to_gcj02(place: Location) -> Location:
    """As Chinese maps show it; the same outside China."""
    if not in_china(place):
        return place
    x, y = place.lon - 105.0, place.lat - 35.0
    both = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    root = math.sqrt(abs(x))
    lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (both + _waves(y, 20.0, 40.0, 160.0, 320.0)) * 2 / 3
    lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (both + _waves(x, 20.0, 40.0, 150.0, 300.0)) * 2 / 3
    radians = math.radians(place.lat)
    factor = 1 - ECCENTRICITY * math.sin(radians) ** 2
    north = math.radians(AXIS * (1 - ECCENTRICITY) / (factor * math.sqrt(factor)))  # metres a degree of latitude
    east = math.radians(AXIS / math.sqrt(factor) * math.cos(radians))
    return Location(place.lat + lat / north, place.lon + lon / east)


def gcj02_to_wgs84(place: Location) -> Location:
    """As phones report it; the same outside China."""
    if not in_china(place):
        return place
    guess = place
    for _ in range(ROUNDS):
        shifted = wgs84_to_gcj02(guess)
        off_lat, off_lon = shifted.lat - place.lat, shifted.lon - place.lon
        guess = Location(guess.lat - off_lat, guess.lon - off_lon)
        if abs(off_lat) < CLOSE and abs(off_lon) < CLOSE:
            break
    return guess


def gcj02_to_bd09(place: Location) -> Location:
    """As Baidu shows it."""
    if not in_china(place):
        return place
    length = math.hypot(place.lon, place.lat) + 0.00002 * math.sin(place.lat * BAIDU)
    angle = math.atan2(place.lat, place.lon) + 0.000003 * math.cos(place.lon * BAIDU)
    return Location(length * math.sin(angle) + 0.006, length * math.cos(angle) + 0.0065)


def bd09_to_gcj02(place: Location) -> Location:
    """From Baidu's degrees, by iteration: the closed form in circulation is off by some centimetres."""
    if not in_china(place):
        return place
    guess = Location(place.lat - 0.006, place.lon - 0.0065)
    for _ in range(ROUNDS):
        shifted = gcj02_to_bd09(guess)
        off_lat, off_lon = shifted.lat - place.lat, shifted.lon - place.lon
        guess = Location(guess.lat - off_lat, guess.lon - off_lon)
        if abs(off_lat) < CLOSE and abs(off_lon) < CLOSE:
            break
    return guess


def to_wgs84(place: Location, datum: Datum) -> Location:
    """Degrees of any datum in WGS-84."""
    if datum is Datum.BD09:
        place = bd09_to_gcj02(place)
    return place if datum is Datum.WGS84 else gcj02_to_wgs84(place)


def from_wgs84(place: Location, datum: Datum) -> Location:
    """WGS-84 degrees in any datum."""
    if datum is Datum.WGS84:
        return place
    shifted = wgs84_to_gcj02(place)
    return gcj02_to_bd09(shifted) if datum is Datum.BD09 else shifted


def _waves(degrees: float, first: float, second: float, third: float, fourth: float) -> float:
    angle = degrees * math.pi
    return first * math.sin(angle) + second * math.sin(angle / 3) + third * math.sin(angle / 12) + fourth * math.sin(angle / 30)

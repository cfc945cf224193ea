"""One door: every role, every permission, every kind of resource."""

from __future__ import annotations

from itertools import product

import pytest

from bot.errors import NotAllowed
from bot.people import EVERYTHING, Area, May, People, Resource, Station
from bot.people.access import DUTIES, permits
from bot.people.model import Grant, Role

HEFEI = "安徽省/合肥市"
GRANTS: dict[str, tuple[Grant, ...]] = {
    "rider": (),
    "manager": (Grant(Role.MANAGER, "own"),),
    "guide": (Grant(Role.GUIDE, "a1", HEFEI),),
    "admin": (Grant(Role.ADMIN),),
    "guide of an area that is gone": (Grant(Role.GUIDE, "a1"),),
    "both": (Grant(Role.MANAGER, "own"), Grant(Role.GUIDE, "a1", HEFEI)),
}
RESOURCES: dict[str, Resource] = {
    "own station": Station("own", "湖南省/长沙市"),
    "own station without an area": Station("own"),
    "station of the area": Station("other", HEFEI),
    "station below the area": Station("other", f"{HEFEI}/蜀山区/南七"),
    "station of an area whose name begins so": Station("other", f"{HEFEI}2"),
    "station above the area": Station("other", "安徽省"),
    "station elsewhere": Station("other", "湖南省/长沙市"),
    "station without an area": Station("other"),
    "station without a name": Station(""),
    "own area": Area(HEFEI),
    "area below": Area(f"{HEFEI}/蜀山区"),
    "area above": Area("安徽省"),
    "area elsewhere": Area("湖南省"),
    "area named like the station": Area("own"),
    "area named by the id": Area("a1"),
    "no area": Area(""),
    "everything": EVERYTHING,
}
OVER: dict[str, set[str]] = {
    "rider": set(),
    "manager": {"own station", "own station without an area"},
    "guide": {"station of the area", "station below the area", "own area", "area below"},
    "admin": set(RESOURCES),
    "guide of an area that is gone": set(),
}
OVER["both"] = OVER["manager"] | OVER["guide"]
MAY: dict[str, set[str]] = {
    "manager": {"close_station", "clear_reports", "send_notice"},
    "guide": {"close_station", "clear_reports", "send_notice", "see_registrations"},
    "admin": {
        "close_station", "clear_reports", "send_notice", "see_registrations", "edit_stations", "edit_library", "see_gaps",
        "manage_areas", "manage_people",
    },
}  # fmt: skip


def expected(who: str, may: May, on: str) -> bool:
    roles = {"both": ("manager", "guide"), "guide of an area that is gone": ()}.get(who, (who,))
    return any(on in OVER[role] and may.value in MAY.get(role, set()) for role in roles)


@pytest.mark.parametrize(("who", "may", "on"), list(product(GRANTS, May, RESOURCES)))
def test_the_table(who: str, may: May, on: str) -> None:
    assert permits(GRANTS[who], may, RESOURCES[on]) is expected(who, may, on)


def test_every_role_has_its_duties_and_every_permission_somebody() -> None:
    assert set(DUTIES) == set(Role)
    assert {may.value for may in May} == MAY["admin"]


def test_the_door_lets_in_refuses_and_says_what_was_refused(people: People) -> None:
    manager, rider = people.accounts.of("telegram", "1"), people.accounts.of("telegram", "2")
    people.roles.grant(manager, Role.MANAGER, "hf-01", by="cli")
    people.access.require(manager, May.CLOSE_STATION, Station("hf-01"))
    for person, may, on in (
        (rider, May.CLOSE_STATION, Station("hf-01")), (None, May.CLOSE_STATION, Station("hf-01")),
        (manager, May.CLOSE_STATION, Station("hf-02")), (manager, May.MANAGE_PEOPLE, EVERYTHING),
    ):  # fmt: skip
        assert not people.access.allowed(person, may, on)
        with pytest.raises(NotAllowed) as refused:
            people.access.require(person, may, on)
        assert (refused.value.permission, refused.value.resource) == (may, on)
        assert person is None or person.id not in str(refused.value)


def test_a_role_that_was_taken_is_gone_at_once(people: People) -> None:
    person = people.accounts.of("telegram", "1")
    people.roles.grant(person, Role.ADMIN, by="cli")
    assert people.access.allowed(person, May.MANAGE_PEOPLE, EVERYTHING)
    people.roles.revoke(person, Role.ADMIN, by="cli")
    assert not people.access.allowed(person, May.MANAGE_PEOPLE, EVERYTHING)


def test_a_guide_keeps_their_area_when_it_is_renamed_or_moved(people: People) -> None:
    person, area = people.accounts.of("telegram", "1"), people.areas.add(HEFEI)
    people.areas.add(f"{HEFEI}/蜀山区")
    people.roles.grant(person, Role.GUIDE, area.id, by="cli")
    area = people.areas.rename(area, "庐州", by="cli")
    area = people.areas.move(area, None, by="cli")
    assert people.access.allowed(person, May.SEND_NOTICE, Area("庐州/蜀山区"))
    assert not people.access.allowed(person, May.SEND_NOTICE, Area(HEFEI))


def test_erasing_a_person_takes_their_roles(people: People) -> None:
    person = people.accounts.of("telegram", "1")
    people.roles.grant(person, Role.ADMIN, by="cli")
    people.accounts.erase(person)
    assert not people.access.allowed(person, May.EDIT_LIBRARY, EVERYTHING)
    assert people.roles.holders() == ()

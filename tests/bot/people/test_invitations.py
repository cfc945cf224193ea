"""Roles are given by invitation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.errors import PeopleError
from bot.people import People
from bot.people.invitations import MOST
from bot.people.model import Connected, Grant, Reach, Reason, Refused, Role
from bot.storage.people import PeopleRows
from tests.bot.people.conftest import NOON, ManualClock


def test_a_manager_is_invited_for_some_stations(people: People) -> None:
    invitation, code = people.invitations.invite(Role.MANAGER, ["hf-01", "hf-02", "hf-01"], by="cli")
    assert invitation.over == ("hf-01", "hf-02")
    assert code.expires_at == NOON + timedelta(days=7)
    found = people.invitations.redeem("telegram", "4711", code.text.lower().replace("-", " "), "4711")
    assert isinstance(found, Connected)
    assert people.roles.of(found.person) == (Grant(Role.MANAGER, "hf-01"), Grant(Role.MANAGER, "hf-02"))
    assert people.accounts.reaches(found.person) == (Reach("telegram", "4711"),)
    assert people.roles.managers("hf-02") == (found.person,)
    assert people.roles.managers("hf-03") == ()


def test_a_guide_is_invited_for_areas_and_an_admin_for_everything(people: People) -> None:
    area = people.areas.add("安徽省/合肥市")
    for role, over in ((Role.GUIDE, [area.id]), (Role.ADMIN, [])):
        people.invitations.redeem("web", "token", people.invitations.invite(role, over, by="cli")[1].text)
    person = people.accounts.of("web", "token")
    assert people.roles.of(person) == (Grant(Role.ADMIN), Grant(Role.GUIDE, area.id, "安徽省/合肥市"))


@pytest.mark.parametrize(("role", "over"), [(Role.RIDER, []), (Role.MANAGER, []), (Role.GUIDE, []), (Role.ADMIN, ["hf-01"])])
def test_a_role_without_what_it_is_over_is_not_given(people: People, role: Role, over: list[str]) -> None:
    with pytest.raises(PeopleError):
        people.invitations.invite(role, over, by="cli")
    assert people.invitations.all() == ()


@pytest.mark.parametrize("valid", [timedelta(0), timedelta(minutes=4), timedelta(days=91)])
def test_an_invitation_is_neither_too_short_nor_too_long(people: People, valid: timedelta) -> None:
    with pytest.raises(PeopleError, match="90d"):
        people.invitations.invite(Role.ADMIN, by="cli", valid=valid)


def test_an_invitation_holds_only_so_many_stations(people: People) -> None:
    with pytest.raises(PeopleError, match="make several"):
        people.invitations.invite(Role.MANAGER, [str(number) for number in range(MOST + 1)], by="cli")


def test_an_invitation_ends_by_time_by_use_and_by_being_taken_back(people: People, clock: ManualClock) -> None:
    made = [people.invitations.invite(Role.ADMIN, by="cli", valid=timedelta(hours=1)) for _ in range(3)]
    (_, late), (_, used), (back, withdrawn) = made
    assert isinstance(people.invitations.redeem("web", "first", used.text), Connected)
    assert people.invitations.withdraw(back.id, by="cli")
    assert people.invitations.redeem("web", "second", used.text) == Refused(Reason.USED)
    assert people.invitations.redeem("web", "second", withdrawn.text) == Refused(Reason.WITHDRAWN)
    clock.go(timedelta(hours=1))
    assert people.invitations.redeem("web", "second", late.text) == Refused(Reason.EXPIRED)
    assert people.accounts.find("web", "second") is None
    assert [each.open(clock()) for each in people.invitations.all()] == [False] * 3


def test_the_list_never_shows_a_code_and_neither_does_the_file(engine: Engine, database: Path) -> None:
    people = People(PeopleRows(engine), ManualClock())
    invitation, code = people.invitations.invite(Role.ADMIN, by="cli")
    link = people.linking.code(people.accounts.of("web", "token"))
    assert code.text not in repr(people.invitations.all())
    engine.dispose()
    held = b"".join(path.read_bytes() for path in database.parent.glob("redstation.db*"))
    assert invitation.id.encode() in held
    for text in (code.text, code.text.replace("-", ""), link.text):
        assert text.encode() not in held


def test_granting_and_revoking_are_audited_and_only_where_they_change_something(people: People) -> None:
    person = people.accounts.of("web", "token")
    assert people.roles.grant(person, Role.MANAGER, "hf-01", by="cli", why="换班")
    assert not people.roles.grant(person, Role.MANAGER, "hf-01", by="cli")
    assert people.roles.revoke(person, Role.MANAGER, by="admin1") == 1
    assert people.roles.revoke(person, Role.MANAGER, by="admin1") == 0
    assert [(entry[0], entry[1], entry[4]) for entry in people.audit.entries(person.id)] == [
        ("cli", "role.grant", "manager hf-01 换班"),
        ("admin1", "role.revoke", "manager"),
    ]


def test_what_has_ended_is_erased_in_time(people: People, clock: ManualClock) -> None:
    people.invitations.invite(Role.ADMIN, by="cli")
    people.linking.code(people.accounts.of("web", "token"))
    people.linking.redeem("web", "other", "00000000")
    assert people.erase_old() == 0
    clock.go(timedelta(hours=1))
    assert people.erase_old() == 2
    clock.go(timedelta(days=90))
    assert people.erase_old() == 0
    clock.go(timedelta(days=7))
    assert people.erase_old() == 1
    assert people.invitations.all() == ()

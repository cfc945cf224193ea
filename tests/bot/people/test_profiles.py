"""Two questions, both skippable, and nothing sent that was not asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.people import People
from bot.people.model import Kind, Profile, Work
from tests.bot.people.conftest import ManualClock


def test_a_new_person_has_told_nothing_and_wants_nothing(people: People) -> None:
    person = people.accounts.of("web", "token")
    assert people.profiles.of(person) == Profile()
    assert people.profiles.wanted(person) == frozenset()
    assert not any(people.profiles.wants(person, kind) for kind in Kind)


@pytest.mark.parametrize("work", list(Work))
def test_each_question_is_answered_alone_and_taken_back_alone(people: People, work: Work) -> None:
    person, area = people.accounts.of("web", "token"), people.areas.add("安徽省/合肥市")
    people.profiles.work(person, work)
    assert people.profiles.of(person) == Profile(work, None)
    people.profiles.area(person, area)
    assert people.profiles.of(person) == Profile(work, area)
    people.profiles.work(person, None)
    assert people.profiles.of(person) == Profile(None, area)
    people.profiles.area(person, None)
    assert people.profiles.of(person) == Profile()


def test_the_area_of_a_rider_follows_its_new_name_and_goes_with_it(people: People) -> None:
    person, area = people.accounts.of("web", "token"), people.areas.add("安徽省/合肥市")
    people.profiles.area(person, area)
    renamed = people.areas.rename(area, "庐州", by="cli")
    assert people.profiles.of(person).area == renamed
    people.areas.remove(renamed, by="cli")
    assert people.profiles.of(person).area is None
    assert not people.profiles.area(person, area)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kind_of_message_is_on_from_a_yes_to_the_next_no(people: People, kind: Kind, clock: ManualClock) -> None:
    person = people.accounts.of("web", "token")
    people.profiles.want(person, kind, True)
    assert people.profiles.wanted(person) == {kind}
    clock.go(timedelta(minutes=1))
    people.profiles.want(person, kind, False)
    assert not people.profiles.wants(person, kind)


def test_stop_stops_everything(people: People) -> None:
    person = people.accounts.of("web", "token")
    for kind in (Kind.LESSON, Kind.WEATHER):
        people.profiles.want(person, kind, True)
    people.profiles.want_nothing(person)
    assert people.profiles.wanted(person) == frozenset()


def test_a_stop_on_one_channel_is_not_undone_by_connecting_another(people: People, clock: ManualClock) -> None:
    web, telegram = people.accounts.of("web", "token"), people.accounts.of("telegram", "4711")
    people.profiles.want(web, Kind.LESSON, True)
    clock.go(timedelta(minutes=1))
    people.profiles.want(telegram, Kind.LESSON, True)
    people.profiles.want_nothing(telegram)
    people.linking.redeem("web", "token", people.linking.code(telegram).text)
    assert not people.profiles.wants(telegram, Kind.LESSON)

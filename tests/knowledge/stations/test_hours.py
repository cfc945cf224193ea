"""Opening hours: holidays, swapped workdays, nights, and texts nobody could evaluate."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from knowledge.errors import BadHours
from knowledge.stations.holidays import published_calendar
from knowledge.stations.hours import CHINA, HoursBook, in_osm, read_hours
from knowledge.stations.model import Opening, OpenState
from tests.knowledge.stations.housing import at

BOOK = HoursBook()
WEEK = "Mo-Fr 08:00-18:00; PH off"
OPEN, CLOSED, UNKNOWN = OpenState.OPEN, OpenState.CLOSED, OpenState.UNKNOWN


def opening(text: str, moment: str) -> Opening:
    return HoursBook().opening(read_hours(text).text if text else "", at(moment))


@pytest.mark.parametrize(
    ("text", "moment", "state", "until"),
    [
        (WEEK, "2026-11-20T12:00", OPEN, "2026-11-20T18:00"),
        (WEEK, "2026-11-20T18:00", CLOSED, "2026-11-23T08:00"),
        (WEEK, "2026-10-01T12:00", CLOSED, "2026-10-08T08:00"),  # National Day
        (WEEK, "2026-10-10T12:00", OPEN, "2026-10-10T18:00"),  # a Saturday that is worked
        (WEEK, "2026-01-04T12:00", OPEN, "2026-01-04T18:00"),  # a Sunday that is worked
        (WEEK, "2026-10-09T18:30", CLOSED, "2026-10-10T08:00"),
        ("Mo-Fr 08:00-18:00; Sa-Su 10:00-12:00", "2026-10-10T15:00", OPEN, "2026-10-10T18:00"),
        ("Mo-Fr 08:00-18:00; Sa-Su off", "2026-10-10T15:00", OPEN, "2026-10-10T18:00"),
        ("Sa 10:00-12:00", "2026-10-10T11:00", CLOSED, "2026-10-17T10:00"),
        ("Mo-Fr 08:00-18:00; PH 10:00-16:00", "2026-10-01T12:00", OPEN, "2026-10-01T16:00"),
        ("PH 10:00-16:00; Mo-Fr 08:00-18:00", "2026-10-01T17:00", CLOSED, "2026-10-02T10:00"),  # PH may come first
        ("PH,Su off; Mo-Sa 08:00-20:00", "2026-10-01T12:00", CLOSED, "2026-10-08T08:00"),
        ("Mo-Fr,PH 08:00-18:00", "2026-10-03T12:00", OPEN, "2026-10-03T18:00"),  # a Saturday off work
        ("Mo-Fr 08:00-18:00", "2026-10-01T12:00", OPEN, "2026-10-01T18:00"),  # says nothing about holidays
        ("22:00-06:00", "2026-11-20T23:30", OPEN, "2026-11-21T06:00"),
        ("22:00-06:00", "2026-11-21T05:59", OPEN, "2026-11-21T06:00"),
        ("22:00-06:00", "2026-11-21T06:00", CLOSED, "2026-11-21T22:00"),
        ("Fr 22:00-06:00", "2026-11-21T02:00", OPEN, "2026-11-21T06:00"),
        ("Fr 22:00-06:00", "2026-11-20T02:00", CLOSED, "2026-11-20T22:00"),
        ("Mo-Su 22:00-06:00; PH off", "2026-10-01T02:00", OPEN, "2026-10-01T06:00"),  # the night before the holiday
        ("Mo-Su 22:00-06:00; PH off", "2026-10-08T02:00", CLOSED, "2026-10-08T22:00"),  # the night after: it was off
        ("Mo-Fr 20:00-02:00", "2026-10-11T01:00", OPEN, "2026-10-11T02:00"),  # Sunday after a worked Saturday
        ("22:00-28:00", "2026-11-21T03:00", OPEN, "2026-11-21T04:00"),
        ("24/7; PH off", "2026-09-30T12:00", OPEN, "2026-10-01T00:00"),
        ("Jun-Sep 08:00-23:00; Oct-May 08:30-20:00", "2026-09-30T23:30", CLOSED, "2026-10-01T08:30"),
        ("08:00-12:00,14:00-18:00", "2026-11-20T13:00", CLOSED, "2026-11-20T14:00"),
        ("24/7", "2026-10-01T03:00", OPEN, None),
        ("off", "2026-11-20T12:00", CLOSED, None),
        ("", "2026-11-20T12:00", UNKNOWN, None),
        ("unknown", "2026-11-20T12:00", UNKNOWN, None),
    ],
)
def test_the_state_and_when_it_changes(text: str, moment: str, state: OpenState, until: str | None) -> None:
    found = opening(text, moment)
    assert (found.state, found.until) == (state, at(until) if until else None)


def test_around_the_clock_is_said_only_where_it_is_registered() -> None:
    assert opening("24/7", "2026-11-20T12:00").always
    assert opening("00:00-24:00", "2026-11-20T12:00").always
    for text in ("24/7; PH off", "00:00-23:59", "Mo-Su 06:00-05:59", "08:00-22:00", ""):
        assert not opening(text, "2026-11-20T12:00").always, text


def test_a_year_without_published_holidays_is_said_to_be_so() -> None:
    unpublished = max(published_calendar().years) + 1
    assert 2026 in published_calendar().years
    assert not opening(WEEK, f"{unpublished}-03-02T12:00").holidays_known
    assert opening(WEEK, "2026-03-02T12:00").holidays_known
    assert opening("08:00-22:00", f"{unpublished}-03-02T12:00").holidays_known  # days make no difference
    assert opening("24/7", f"{unpublished}-03-02T12:00").holidays_known


@pytest.mark.parametrize(
    "text",
    [
        "", "从早到晚", "8点", "25:00-26:00", "Mo-Fr 08:00", "Mo-Fr 08:00-18:00;", "sunrise-sunset", "08:00+", "SH off",
        "easter off",
        "Mo-Fr 08:00-18:00 || unknown", '08:00-18:00 "预约"', "PH +1 day off", "x" * 5000, "((((", "08:00-18:00/02:00", "\0",
        "24/24",
    ],
)  # fmt: skip
def test_what_nobody_could_evaluate_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(BadHours):
        read_hours(text)


@pytest.mark.parametrize(
    ("written", "osm"),
    [
        ("周一至周五 8:30-17:30；节假日休息", "Mo-Fr 08:30-17:30; PH closed"), ("周一到周五8:30-17:30；周末、节假日9:00-16:00",
        "Mo-Fr 08:30-17:30; Sa-Su,PH 09:00-16:00"),
        ("24小时", "24/7"), ("全天开放", "24/7"), ("每天 8点到22点", "08:00-22:00"), ("8：00—22：00", "08:00-22:00"),
        ("22:00-次日6:00", "22:00-06:00"),
        ("8时30分-18时00分", "08:30-18:00"), ("工作日 9:00~17:00", "Mo-Fr 09:00-17:00"), ("周六、周日休息；周一至周五 8:00-18:00",
        "Sa,Su closed; Mo-Fr 08:00-18:00"),
        ("Mo-Fr 08:00-18:00, Sa 09:00-12:00", "Mo-Fr 08:00-18:00, Sa 09:00-12:00"), ("星期一至星期日 7:00-23:00",
        "Mo-Su 07:00-23:00"),
    ],
)  # fmt: skip
def test_hours_as_officials_write_them_are_understood(written: str, osm: str) -> None:
    assert read_hours(in_osm(written)).text == osm


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    try:
        schedule = read_hours(in_osm(text))
    except BadHours:
        return
    HoursBook().opening(schedule.text, at("2026-11-20T12:00"))


PIECES = st.sampled_from(
    [
        "Mo",
        "-",
        "Fr",
        "Sa",
        ",",
        "; ",
        "PH",
        " off",
        " 08:00-18:00",
        "22:00-06:00",
        "Jan",
        "2026",
        "[1]",
        "24/7",
        "week 1",
        " unknown",
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_mixture_of_rules_breaks_the_reader(text: str) -> None:
    try:
        schedule = read_hours(text)
    except BadHours:
        return
    assert read_hours(schedule.text) == schedule
    HoursBook().opening(schedule.text, at("2026-10-10T12:00"))


clock = st.integers(0, 23 * 4).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
days = st.sampled_from(["Mo-Fr ", "Sa,Su ", "Mo-Su ", "", "We ", "Fr-Mo ", "Nov "])
rule = st.tuples(days, clock, clock).filter(lambda parts: parts[1] < parts[2]).map(lambda parts: f"{parts[0]}{parts[1]}-{parts[2]}")


@given(st.lists(rule, min_size=1, max_size=3).map("; ".join), st.integers(0, 14 * 24 * 60))
def test_in_weeks_without_holidays_the_library_says_the_same(text: str, minutes: int) -> None:
    moment = datetime(2026, 11, 2, tzinfo=CHINA) + timedelta(minutes=minutes)
    hours = OpeningHours(text, auto_country=False, auto_timezone=False)
    naive = moment.replace(tzinfo=None)
    found = BOOK.opening(text, moment)
    assert (found.state is OPEN) == hours.is_open(naive)
    change = hours.next_change(naive)
    while change is not None and hours.state(change)[0] == hours.state(naive)[0]:  # back to back is no change
        change = hours.next_change(change)
    if found.until is not None:
        assert found.until.replace(tzinfo=None) == change
    else:
        assert change is None or change - naive > timedelta(days=7)


@given(st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=12))
def test_what_a_book_remembers_never_changes_an_answer(minutes: list[int]) -> None:
    book = HoursBook()
    for one in minutes:
        moment = datetime(2026, 9, 28, tzinfo=CHINA) + timedelta(minutes=one)
        assert book.opening(WEEK, moment) == HoursBook().opening(WEEK, moment)


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    london = at("2026-11-20T17:59").astimezone(CHINA).astimezone()
    assert HoursBook().opening(WEEK, london).state is OPEN

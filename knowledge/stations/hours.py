"""Opening hours in the OpenStreetMap syntax, evaluated for one moment in China.

`opening-hours-py` reads the text and matches days; three things it cannot do are done here, by rewriting the text for the kind
of day before it is evaluated. It takes no calendar of our own: on a public holiday a rule for PH becomes a rule for that day of
the week and comes last, on other days it is dropped. It knows no swapped workdays: on a worked Saturday or Sunday whatever
holds on Friday or Monday holds. And it lets the small hours of an overnight rule go on after a day that was off: a span over
midnight is cut, and its second half belongs to the day it began on.

What nobody could evaluate rightly is refused when it is read: sunrise, school holidays, Easter, fallback rules, open ends.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from opening_hours import OpeningHours

from knowledge.errors import BadHours
from knowledge.stations.holidays import Calendar, published_calendar
from knowledge.stations.model import Opening, OpenState

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")  # one zone, no summer time since 1991
HORIZON = 8  # days looked ahead for the next change
DAY = 24 * 60  # minutes
LONGEST = 300  # characters
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
STANDS_FOR = {5: 4, 6: 0}  # a worked Saturday is a Friday, a worked Sunday a Monday

NAME = f"(?:{'|'.join(DAYS)}|PH)"
ITEM = rf"{NAME}(?:-{NAME})?(?:\[[-\d,]+\])?"
RULE = re.compile(
    rf"(?P<wide>[A-Za-z0-9 ,/-]*?)\s*(?P<days>{ITEM}(?:,{ITEM})*)?\s*"
    r"(?P<times>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)?\s*(?P<state>closed|unknown)?"
)
REFUSED = {
    r"\bSH\b|easter": "school holidays and Easter are not known here",
    r"sun(?:rise|set)|dawn|dusk": "write clock times instead of sunrise and sunset",
    r"\|\|": "fallback rules (||) are not supported",
    r"\d\+|/\d\d:|\"": "write closing times, without open ends, repetitions or comments",
    r"\d+ days?\b": "days counted from another day are not supported",
}
CHINESE = (
    (r"(?:周|星期|礼拜)([一二三四五六日天])", lambda found: dict(zip("一二三四五六日天", (*DAYS, "Su"), strict=True))[found[1]]),
    (r"工作日", "Mo-Fr"), (r"周末|双休日", "Sa-Su"), (r"(?:法定)?(?:节假日|节日|假日)", "PH"), (r"每天|每日|天天", " "),
    (r"(?:全天|24/?小时|二十四小时)(?:开放|营业|服务)?", "00:00-24:00"),
    (r"(?<=\d)点(?!\d)", ":00"), (r"(?<=\d)[时点](\d\d)分?", r":\1"),
    (r"休息|关闭|不开放|闭站|停业", " off"), (r"开放|营业|次日", ""),
    (r"\s*[至到~]\s*", "-"), (r"\s*[、,]\s*", ","), (r"\s*[;。]\s*", "; "),
)  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff、]")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a text: `joins` says how (";" replaces what came before on its days, "," adds to it)."""

    joins: str
    wide: str
    days: tuple[str, ...]
    times: str
    state: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A text read. `text` is its canonical form; `by_day` whether days of the week or holidays make a difference."""

    text: str
    rules: tuple[Rule, ...]
    always: bool
    by_day: bool


def in_osm(text: str) -> str:
    """Hours as officials write them (周一至周五 8:30-17:30；节假日休息) in OSM syntax; what is OSM already stays."""
    text = unicodedata.normalize("NFKC", text).strip().rstrip(";。 ")
    text = re.sub(r"\s*[—–~-]+\s*", "-", text)
    if not HAN.search(text):
        return text
    for pattern, replacement in CHINESE:
        text = re.sub(pattern, replacement, text)
    text = re.sub(r"(?<=[A-Za-z])(?=\d{1,2}:)", " ", text)  # Mo-Fr8:30
    return re.sub(r"\s+", " ", text).strip()


def read_hours(text: str) -> Schedule:
    """A text read. Raises BadHours with a reason for whoever wrote it."""
    if len(text) > LONGEST:
        raise BadHours(f"longer than {LONGEST} characters")
    canonical = _canonical(text)
    for pattern, reason in REFUSED.items():
        if re.search(pattern, canonical):
            raise BadHours(reason)
    rules: list[Rule] = []
    for joins, part in re.findall(r"(^|; |, )(.*?)(?=; |, |$)", canonical):
        match = RULE.fullmatch(part)
        if part.startswith("24/7"):
            rules.append(Rule(joins.strip() or ";", "", (), "", part[len("24/7") :].strip()))
        elif match is None:
            raise BadHours("a form of opening hours that is not supported")
        else:
            days = tuple(match["days"].split(",")) if match["days"] else ()
            rules.append(Rule(joins.strip() or ";", match["wide"].strip(), days, match["times"] or "", match["state"] or ""))
    always = str(_parsed(canonical).normalize()) == "24/7"
    return Schedule(canonical, tuple(rules), always, any(rule.days for rule in rules))


def _canonical(text: str) -> str:
    try:
        parsed = _parsed(text)
        list(parsed.intervals(datetime(2026, 1, 1), datetime(2026, 1, 9)))  # noqa: DTZ001 the library's own, naive clock
        return str(parsed)
    except (Exception, BaseException) as cause:
        if isinstance(cause, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        raise BadHours("not in the syntax of opening_hours, e.g. Mo-Fr 08:30-18:00; PH off") from cause  # a Rust panic, too


def _parsed(text: str) -> OpeningHours:
    return OpeningHours(text, auto_country=False, auto_timezone=False)


class HoursBook:
    """Evaluates texts and remembers what it worked out: one book serves a whole directory."""

    def __init__(self, calendar: Calendar | None = None, remembered: int = 200_000) -> None:
        self._calendar = calendar or published_calendar()
        self._remembered = remembered
        self._latest: dict[str, tuple[datetime, datetime, Opening]] = {}
        self._days = lru_cache(maxsize=remembered)(self._day)
        self._kinds = lru_cache(maxsize=remembered)(_texts_of_kind)

    def opening(self, text: str, at: datetime) -> Opening:
        """Whether a door with these hours is open at an aware moment; unknown for "" and for what cannot be read."""
        held = self._latest.get(text)
        if held is not None and held[0] <= at < held[1]:
            return held[2]
        try:
            schedule = _schedule(text) if text else None
        except BadHours:
            schedule = None
        if schedule is None:
            return Opening(OpenState.UNKNOWN)
        local = at.astimezone(CHINA)
        opening = self._evaluate(schedule, local)
        if len(self._latest) >= self._remembered:
            self._latest.clear()
        midnight = datetime(local.year, local.month, local.day, tzinfo=CHINA) + timedelta(days=1)
        self._latest[text] = (at, min(opening.until or midnight, midnight), opening)
        return opening

    def _evaluate(self, schedule: Schedule, local: datetime) -> Opening:
        today = local.date()
        minute = local.hour * 60 + local.minute
        segments = self._days(schedule.text, today)
        state = next(state for start, state in reversed(segments) if start <= minute)
        until = None
        for ahead in range(HORIZON):
            day = today + timedelta(days=ahead)
            changes = [start for start, other in self._days(schedule.text, day) if other != state and (ahead or start > minute)]
            if changes:
                until = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(minutes=changes[0])
                break
        last = until.date() if until else today + timedelta(days=HORIZON)
        known = not schedule.by_day or all(self._calendar.knows(year) for year in {today.year, last.year})
        return Opening(state, until, schedule.always, known)

    def _day(self, text: str, day: date) -> tuple[tuple[int, OpenState], ...]:
        """The states of a day as (minute from which, state); the small hours may belong to the evening before."""
        own, _ = self._kinds(text, self._kind(day))
        _, spilled = self._kinds(text, self._kind(day - timedelta(days=1)))
        minutes = _states(own, day)
        before = _states(spilled, day - timedelta(days=1))
        edges = sorted({start for start, _ in (*minutes, *before)})
        found: list[tuple[int, OpenState]] = []
        for edge in edges:
            here, there = _at(minutes, edge), _at(before, edge)
            state = next((one for one in (OpenState.OPEN, OpenState.UNKNOWN) if one in (here, there)), OpenState.CLOSED)
            if not found or found[-1][1] != state:
                found.append((edge, state))
        return tuple(found)

    def _kind(self, day: date) -> tuple[str, int]:
        if day in self._calendar.off:
            return "holiday", day.weekday()
        if day in self._calendar.worked and day.weekday() in STANDS_FOR:
            return "worked", day.weekday()
        return "plain", 0


@lru_cache(maxsize=100_000)
def _schedule(text: str) -> Schedule:
    return read_hours(text)


def _texts_of_kind(text: str, kind: tuple[str, int]) -> tuple[OpeningHours | None, OpeningHours | None]:
    """What holds on a day of this kind, and what of it goes on after midnight; None for nothing at all."""
    rules = _rules_of_kind(_schedule(text).rules, kind)
    own, spilled = [], []
    for rule in rules:
        selectors = " ".join(part for part in (rule.wide, ",".join(rule.days)) if part)
        today, tomorrow = _cut(rule.times)
        own.append((rule.joins, _written(selectors, today, rule.state)))
        if tomorrow and rule.state != "closed":
            spilled.append((rule.joins, _written(selectors, tomorrow, rule.state)))
        elif rule.joins == ";":
            spilled.append((rule.joins, _written(selectors, "", "closed")))
    return _joined(own), _joined(spilled)


def _rules_of_kind(rules: tuple[Rule, ...], kind: tuple[str, int]) -> list[Rule]:
    name, weekday = kind
    found: list[Rule] = []
    last: list[Rule] = []
    for rule in rules:
        days = tuple(day for day in rule.days if day != "PH")
        if name == "worked":
            days = _stood_for(days, weekday)
        if days or not rule.days:
            found.append(Rule(rule.joins, rule.wide, days, rule.times, rule.state))
        if name == "holiday" and len(days) < len(rule.days):
            (last if rule.joins == ";" else found).append(Rule(rule.joins, rule.wide, (DAYS[weekday],), rule.times, rule.state))
    return found + last


def _stood_for(days: tuple[str, ...], weekday: int) -> tuple[str, ...]:
    """Days of the week, with a worked weekend day named exactly where the workday it stands for is."""
    plain: set[int] = set()
    numbered = [day for day in days if "[" in day and not day.startswith(DAYS[weekday])]
    for day in days:
        if "[" not in day:
            first, _, final = day.partition("-")
            start, end = DAYS.index(first), DAYS.index(final or first)
            plain.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    plain.discard(weekday)
    if STANDS_FOR[weekday] in plain:
        plain.add(weekday)
    return (*(DAYS[one] for one in sorted(plain)), *numbered)


def _cut(times: str) -> tuple[str, str]:
    """Spans of a day, those over midnight cut: what lies before it, and what after ("" for none)."""
    today, tomorrow = [], []
    for span in times.split(",") if times else ():
        start, end = span.split("-")
        if end > "24:00":
            end = f"{int(end[:2]) - 24:02}{end[2:]}"
            crosses = True
        else:
            crosses = end <= start
        today.append(f"{start}-24:00" if crosses else span)
        if crosses and end != "00:00":
            tomorrow.append(f"00:00-{end}")
    return ",".join(today), ",".join(tomorrow)


def _written(selectors: str, times: str, state: str) -> str:
    return " ".join(part for part in (selectors, times, state) if part) or "24/7"


def _joined(rules: list[tuple[str, str]]) -> OpeningHours | None:
    if not rules:
        return None
    text = rules[0][1] + "".join(f"{joins} {rule}" for joins, rule in rules[1:])
    return _parsed(text)


def _states(hours: OpeningHours | None, day: date) -> list[tuple[int, OpenState]]:
    """The states of one day as (minute from which, state)."""
    if hours is None:
        return [(0, OpenState.CLOSED)]
    start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 the library's own, naive clock
    found = [
        (int((since - start).total_seconds()) // 60, OpenState(str(state)))
        for since, _, state, _ in hours.intervals(start, start + timedelta(days=1))
    ]
    return found or [(0, OpenState.CLOSED)]


def _at(segments: list[tuple[int, OpenState]], minute: int) -> OpenState:
    return next((state for start, state in reversed(segments) if start <= minute), OpenState.CLOSED)

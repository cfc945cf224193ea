"""Public holidays of mainland China with the workdays swapped for them (调休), as the State Council publishes them each autumn.

The dates come from `chinesecalendar`: the whole arrangement, days off and weekends that are worked, from 2004 to 2026 in
version 1.11. `holidays` was rejected because it lists years whose arrangement is not published yet (0.109 has a 2027 without a
single swapped workday). What is not published is not guessed: `Calendar.knows` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and worked weekends of the years published."""

    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def knows(self, year: int) -> bool:
        """Whether the arrangement of a year is published."""
        return year in self.years


@cache
def published_calendar() -> Calendar:
    """What the installed library knows."""
    from chinese_calendar.constants import holidays, workdays

    # A year without its National Day is no year of the library: some only have days that belong to their neighbour's arrangement.
    years = frozenset(day.year for day in holidays if (day.month, day.day) == (10, 1))
    return Calendar(frozenset(holidays), frozenset(workdays), years)

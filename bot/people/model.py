"""The values of the room: who somebody is to us, what they may be trusted with, and what they said they want.

A person is an opaque id. Names, phone numbers and the like are not in here and have no place here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, get_args

from bot.errors import PeopleError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
SEPARATOR = "/"
LONGEST_NAME = 40  # characters of one area's name
LONGEST_PATH = 800  # characters of a path; PostgreSQL indexes no more than 2,700 bytes


class Role(StrEnum):
    """What somebody is trusted with. Everybody is a rider; nobody has to be granted that."""

    RIDER = "rider"
    MANAGER = "manager"  # of stations
    GUIDE = "guide"  # of areas and all below them
    ADMIN = "admin"


class Work(StrEnum):
    """The first of the two questions of a rider's profile."""

    COURIER_FOOD = "courier_food"
    COURIER_PARCEL = "courier_parcel"
    RIDE_HAILING = "ride_hailing"
    TRUCK = "truck"
    OTHER = "other"


class Kind(StrEnum):
    """Kinds of message that somebody may ask for. Each is off until they say so."""

    LESSON = "lesson"
    NOTICE = "notice"
    WEATHER = "weather"
    REMINDER = "reminder"


class Reason(StrEnum):
    """Why a code was not taken."""

    WRONG = "wrong"  # unknown, or a connecting code that has expired or been used
    EXPIRED = "expired"  # an invitation past its time
    USED = "used"  # an invitation that somebody else redeemed
    WITHDRAWN = "withdrawn"  # an invitation that was taken back
    TOO_MANY = "too_many"  # too many wrong codes within the hour
    WOULD_SHARE = "would_share"  # the redeemer holds roles that the code's owner would gain; nothing was used up


@dataclass(frozen=True, slots=True)
class Person:
    """One person across channels. `seen_at` is exact to a day: enough to forget those who left, too little to follow anybody."""

    id: str
    language: Language | None
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person can be written to; `blocked_at` says since when they refuse it."""

    channel: str
    address: str
    blocked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and what it is over: a station's id, an area's id (`area` is its path today), or nothing for an admin."""

    role: Role
    over: str = ""
    area: str = ""

    def __str__(self) -> str:
        return f"{self.role} {self.area or self.over}".strip()


@dataclass(frozen=True, slots=True)
class AreaNode:
    """An area of the tree; `path` names it and everything above it, as in 安徽省/合肥市."""

    id: str
    parent: str | None
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The two questions; None where somebody skipped one."""

    work: Work | None = None
    area: AreaNode | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code in the clear; it is shown once and kept only as a digest."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as it is listed: never its code. `over` holds station ids or area ids."""

    id: str
    role: Role
    over: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime
    redeemed_by: str | None = None
    redeemed_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def open(self, at: datetime) -> bool:
        """Whether it can still be redeemed."""
        return self.redeemed_at is None and self.withdrawn_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Connected:
    """A code was taken: the channel belongs to `person` now. `joined` says that a person was merged into them."""

    person: Person
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A code was not taken, and nothing was changed."""

    reason: Reason


def clean_path(text: str) -> str:
    """A path as the tree writes it: NFKC, names trimmed, single slashes. Raises PeopleError where it names no area."""
    names = [" ".join(name.split()) for name in unicodedata.normalize("NFKC", text).strip().strip(SEPARATOR).split(SEPARATOR)]
    for name in names:
        if not name:
            raise PeopleError(f"{text!r} has an empty name; write it as 安徽省/合肥市/蜀山区")
        if len(name) > LONGEST_NAME:
            raise PeopleError(f"the area name {name[:20]}… is longer than {LONGEST_NAME} characters")
        if any(unicodedata.category(sign).startswith("C") for sign in name):
            raise PeopleError(f"the area name {name!r} holds a control character")
    path = SEPARATOR.join(names)
    if len(path) > LONGEST_PATH:
        raise PeopleError(f"the path of {names[-1]} is longer than {LONGEST_PATH} characters")
    return path


def read_span(text: str) -> timedelta:
    """`7d`, `12h`, `30m` as a time. Raises PeopleError."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})([dhm])", text.strip())
    if found is None:
        raise PeopleError(f"{text!r} is no time; write 7d, 12h or 30m")
    count = int(found[1])
    return {"d": timedelta(days=count), "h": timedelta(hours=count), "m": timedelta(minutes=count)}[found[2]]

"""Persons behind channels. Asking makes nobody a person: one is made when something has to be kept for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from bot.errors import PeopleError
from bot.people.codes import Digests, new_id
from bot.people.model import LANGUAGES, Language, Person, Reach
from bot.people.ports import PersonRow, Persons, Reaches, Who

SEEN_EVERY = timedelta(days=1)
_CHANNEL = re.compile(r"[a-z]{1,16}")


class Accounts:
    """`channel` is a short name ("telegram", "web"); `subject` is the channel's own name for somebody (a user's id, a browser's
    token) and is kept as a keyed digest only; `address` is where they can be written to (a chat's id), "" where they cannot.
    """

    def __init__(self, persons: Persons, reaches: Reaches, clock: Callable[[], datetime]) -> None:
        self._persons = persons
        self._reaches = reaches
        self._clock = clock
        self._digests: Digests | None = None

    @property
    def digests(self) -> Digests:
        """Digests with the key of this installation."""
        if self._digests is None:
            self._digests = Digests(self._persons.key())
        return self._digests

    def who(self, channel: str, subject: str) -> Who:
        """An identity as it is kept. Raises PeopleError for what cannot be one."""
        if not _CHANNEL.fullmatch(channel) or not subject:
            raise PeopleError(f"a channel is up to 16 small letters and a subject is not empty; got {channel!r}")
        return channel, self.digests.identity(channel, subject)

    def find(self, channel: str, subject: str) -> Person | None:
        """The person behind an identity, where there is one; makes nobody."""
        row = self._persons.find(self.who(channel, subject))
        return None if row is None else person_of(row)

    def of(self, channel: str, subject: str, address: str = "") -> Person:
        """The person behind an identity, made if need be. Reaching us opens an address that refused us before."""
        who, now = self.who(channel, subject), self._clock()
        row = self._persons.find(who) or self._persons.add(new_id(), who, now)
        person = person_of(row)
        if now - person.seen_at >= SEEN_EVERY:
            self._persons.seen(person.id, now)
            person = Person(person.id, person.language, person.created_at, now)
        self.reached(person, channel, address)
        return person

    def reached(self, person: Person, channel: str, address: str) -> None:
        """Note where a person can be written to."""
        if address and Reach(channel, address) not in self.reaches(person):
            self._reaches.put(person.id, channel, address)

    def get(self, identity: str) -> Person | None:
        """The person of that id."""
        row = self._persons.get(identity)
        return None if row is None else person_of(row)

    def speak(self, person: Person, language: Language | None) -> bool:
        """Remember the language they chose; None follows the channel again. False where the person is gone."""
        if language is not None and language not in LANGUAGES:
            raise PeopleError(f"{language!r} is no language of ours: {', '.join(LANGUAGES)}")
        return self._persons.put(person.id, "language", language)

    def reaches(self, person: Person) -> tuple[Reach, ...]:
        """Where they can be written to, blocked addresses included."""
        return tuple(Reach(*row) for row in self._reaches.of(person.id))

    def block(self, channel: str, address: str) -> None:
        """The address refuses us from now on, until they write to us again."""
        self._reaches.block(channel, address, self._clock())

    def export(self, person: Person) -> Mapping[str, object]:
        """All that is held about a person, by table: lists of rows of plain values, moments in ISO 8601."""
        held = self._persons.held(person.id)
        return {table: [_plain(row) for row in rows] for table, rows in sorted(held.items()) if rows}

    def erase(self, person: Person, by: str = "") -> bool:
        """Erase all about a person; False where there was nothing. The audit keeps their opaque id, which leads to nobody then."""
        note = (by or person.id, "person.erase", person.id, self._clock(), "")
        return self._persons.erase(person.id, note)


def person_of(row: PersonRow) -> Person:
    """A row as a value."""
    return Person(row[0], cast("Language | None", row[1]), row[4], row[5])


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value

"""Persons, addresses, wishes and the audit in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.people.ports import Field, Held, Note, PersonRow, ReachRow, Who, WishRow
from bot.people.testing.memory import Memory


@dataclass(slots=True)
class InMemoryPersons:
    """`Persons`."""

    memory: Memory

    def key(self) -> str:
        """A key for tests."""
        return "5a" * 32

    def find(self, who: Who) -> PersonRow | None:
        """The person behind an identity."""
        return self.memory.found(who)

    def get(self, person: str) -> PersonRow | None:
        """The person of that id."""
        return self.memory.persons.get(person)

    def add(self, new: str, who: Who, at: datetime) -> PersonRow:
        """The person behind `who`, made if need be."""
        return self.memory.found(who) or self.memory.added(new, who, at)

    def put(self, person: str, name: Field, value: str | None) -> bool:
        """Set one field."""
        row = self.memory.persons.get(person)
        if row is None or (name == "area" and value is not None and value not in self.memory.areas):
            return False
        values: dict[str, str | None] = {"language": row[1], "work": row[2], "area": row[3], name: value}
        self.memory.persons[person] = (person, values["language"], values["work"], values["area"], row[4], row[5])
        return True

    def seen(self, person: str, at: datetime) -> None:
        """Note that they were here."""
        row = self.memory.persons.get(person)
        if row is not None:
            self.memory.persons[person] = (*row[:5], max(row[5], at))

    def held(self, person: str) -> Held:
        """All rows about a person."""
        memory, row = self.memory, self.memory.persons.get(person)
        mine = {who[1] for who, held in memory.identities.items() if held[0] == person}
        path = memory.areas[row[3]][3] if row and row[3] else None
        return {
            "bot_person": [_named("id language work area created_at seen_at area_path", (*row, path))] if row else [],
            "bot_identity": [
                _named("channel connected_at", (who[0], held[1]))
                for who, held in sorted(memory.identities.items())
                if held[0] == person
            ],
            "bot_reach": [
                _named("channel address blocked_at", (*place, held[1]))
                for place, held in sorted(memory.reaches.items())
                if held[0] == person
            ],
            "bot_wish": [
                _named("kind wanted said_at", (name[1], *said)) for name, said in sorted(memory.wishes.items()) if name[0] == person
            ],
            "bot_role": [
                _named("role over granted_at", (*name[1:], at)) for name, at in sorted(memory.roles.items()) if name[0] == person
            ],
            "bot_link_code": [_named("expires_at", (code[1],)) for code in memory.links.values() if code[0] == person],
            "bot_invitation": [
                _named("id role over made_by made_at expires_at redeemed_by redeemed_at withdrawn_at", each)
                for each in memory.invitations.values()
                if person in (each[3], each[6])
            ],
            "bot_wrong_code": [_named("tried_at", (at,)) for subject, at in memory.wrong if subject in mine],
            "bot_audit": [
                _named("actor action target at why", each) for each in memory.notes if person in (each[0], each[2])
            ],
        }  # fmt: skip

    def erase(self, person: str, note: Note) -> bool:
        """Erase all about a person."""
        if person not in self.memory.persons:
            return False
        mine = {who[1] for who, held in self.memory.identities.items() if held[0] == person}
        self.memory.wrong = [each for each in self.memory.wrong if each[0] not in mine]
        self.memory.dropped(person)
        self.memory.notes.append(note)
        return True


@dataclass(slots=True)
class InMemoryReaches:
    """`Reaches`."""

    memory: Memory

    def put(self, person: str, channel: str, address: str) -> None:
        """The address leads to that person, and is open."""
        self.memory.reaches.pop((channel, address), None)
        if person in self.memory.persons:
            self.memory.reaches[channel, address] = (person, None)

    def of(self, person: str) -> Sequence[ReachRow]:
        """A person's addresses."""
        return [(*place, held[1]) for place, held in sorted(self.memory.reaches.items()) if held[0] == person]

    def block(self, channel: str, address: str, at: datetime) -> None:
        """The address refuses us."""
        person, blocked_at = self.memory.reaches.get((channel, address), ("", None))
        if person:
            self.memory.reaches[channel, address] = (person, blocked_at or at)


@dataclass(slots=True)
class InMemoryWishes:
    """`Wishes`."""

    memory: Memory

    def put(self, person: str, kind: str, wanted: bool, at: datetime) -> bool:
        """The last word counts."""
        if person not in self.memory.persons:
            return False
        self.memory.wishes[person, kind] = (wanted, at)
        return True

    def of(self, person: str) -> Sequence[WishRow]:
        """All they ever said."""
        return [(name[1], *said) for name, said in sorted(self.memory.wishes.items()) if name[0] == person]


@dataclass(slots=True)
class InMemoryAudit:
    """`Audit`."""

    memory: Memory

    def record(self, actor: str, action: str, target: str, at: datetime, why: str = "") -> None:
        """Add an entry."""
        self.memory.notes.append((actor, action, target, at, why))

    def entries(self, about: str | None = None) -> Sequence[Note]:
        """Entries, oldest first."""
        return [note for note in self.memory.notes if about is None or about in (note[0], note[2])]


def _named(names: str, values: Sequence[object]) -> dict[str, object]:
    return dict(zip(names.split(), values, strict=True))

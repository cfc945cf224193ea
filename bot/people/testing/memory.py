"""What the doubles share: the tables as dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.people.ports import AreaRow, InvitationRow, Limits, Note, Outcome, PersonRow, Who


@dataclass(slots=True)
class Memory:
    """What the tables would hold."""

    persons: dict[str, PersonRow] = field(default_factory=dict)
    identities: dict[Who, tuple[str, datetime]] = field(default_factory=dict)
    reaches: dict[tuple[str, str], tuple[str, datetime | None]] = field(default_factory=dict)
    wishes: dict[tuple[str, str], tuple[bool, datetime]] = field(default_factory=dict)
    roles: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    links: dict[str, tuple[str, datetime, str | None]] = field(default_factory=dict)
    invitations: dict[str, InvitationRow] = field(default_factory=dict)  # by digest
    wrong: list[tuple[str, datetime]] = field(default_factory=list)
    areas: dict[str, AreaRow] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def found(self, who: Who) -> PersonRow | None:
        """The person behind an identity."""
        held = self.identities.get(who)
        return None if held is None else self.persons[held[0]]

    def added(self, new: str, who: Who, at: datetime) -> PersonRow:
        """A new person."""
        self.persons[new] = (new, None, None, None, at, at)
        self.identities[who] = (new, at)
        return self.persons[new]

    def dropped(self, person: str) -> None:
        """A person and everything that hangs on them."""
        del self.persons[person]
        self.identities = {who: held for who, held in self.identities.items() if held[0] != person}
        self.reaches = {place: held for place, held in self.reaches.items() if held[0] != person}
        self.wishes = {name: held for name, held in self.wishes.items() if name[0] != person}
        self.roles = {name: held for name, held in self.roles.items() if name[0] != person}
        self.links = {digest: held for digest, held in self.links.items() if held[0] != person}
        for digest, row in self.invitations.items():
            self.invitations[digest] = (*row[:6], None if row[6] == person else row[6], *row[7:])

    def merged(self, gone: PersonRow, kept: PersonRow) -> None:
        """All of one person to another."""
        old, new = gone[0], kept[0]
        self.identities = {who: (new if held[0] == old else held[0], held[1]) for who, held in self.identities.items()}
        self.reaches = {place: (new if held[0] == old else held[0], held[1]) for place, held in self.reaches.items()}
        for _, role, over in [name for name in self.roles if name[0] == old]:
            self.roles.setdefault((new, role, over), self.roles[old, role, over])
        for _, kind in [name for name in self.wishes if name[0] == old]:
            said = self.wishes[old, kind]
            if (new, kind) not in self.wishes or said[1] > self.wishes[new, kind][1]:
                self.wishes[new, kind] = said
        for digest, row in self.invitations.items():
            by, redeemer = (new if each == old else each for each in (row[3], row[6]))
            self.invitations[digest] = (*row[:3], by or "", *row[4:6], redeemer, *row[7:])
        first, last = min(kept[4], gone[4]), max(kept[5], gone[5])
        self.persons[new] = (new, kept[1] or gone[1], kept[2] or gone[2], kept[3] or gone[3], first, last)
        self.dropped(old)

    def granted(self, person: str, role: str, over: str, at: datetime) -> bool:
        """A grant; False where they have it."""
        if (person, role, over) in self.roles:
            return False
        self.roles[person, role, over] = at
        return True

    def too_many(self, who: Who, at: datetime, limits: Limits) -> bool:
        """Whether there were too many wrong codes lately."""
        lately = [subject for subject, tried_at in self.wrong if tried_at > at - limits[2]]
        return lately.count(who[1]) >= limits[0] or (limits[1] is not None and len(lately) >= limits[1])

    def tried(self, who: Who, at: datetime) -> Outcome:
        """A wrong code."""
        self.wrong.append((who[1], at))
        return "wrong", None, False

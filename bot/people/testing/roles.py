"""Codes and roles in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.people.ports import GrantRow, InvitationRow, Limits, Note, Outcome, PersonRow, Who
from bot.people.testing.memory import Memory


@dataclass(slots=True)
class InMemoryCodes:
    """`Codes`."""

    memory: Memory

    def put_link(self, digest: str, person: str, at: datetime, expires_at: datetime) -> str:
        """A connecting code."""
        links = self.memory.links
        if person not in self.memory.persons:
            return "gone"
        for old in [each for each, code in links.items() if code[0] == person or (each == digest and code[1] <= at)]:
            del links[old]
        if digest in links:
            return "taken"
        links[digest] = (person, expires_at, None)
        return ""

    def redeem_link(self, digest: str, who: Who, at: datetime, limits: Limits, sharing: bool) -> Outcome:
        """Give `who` to the person behind the code."""
        memory = self.memory
        if memory.too_many(who, at, limits):
            return "too_many", None, False
        owner, expires_at, used_by = memory.links.get(digest, ("", at, None))
        if expires_at <= at or used_by not in (None, who[1]):
            return memory.tried(who, at)
        kept, gone = memory.persons[owner], memory.found(who)
        joined = gone is not None and gone[0] != owner
        if gone is not None and joined:
            if not sharing and any(name[0] == gone[0] for name in memory.roles):
                return "would_share", None, False
            memory.merged(gone, kept)
            memory.notes.append((owner, "person.merge", owner, at, f"{gone[0]} by {who[0]}"))
        elif gone is None:
            memory.identities[who] = (owner, at)
            memory.notes.append((owner, "person.link", owner, at, who[0]))
        memory.links[digest] = (owner, expires_at, who[1])
        return "", memory.persons[owner], joined

    def put_invitation(self, row: InvitationRow, digest: str, note: Note) -> None:
        """A new invitation."""
        self.memory.invitations[digest] = row
        self.memory.notes.append(note)

    def redeem_invitation(self, digest: str, who: Who, new: str, at: datetime, limits: Limits) -> Outcome:
        """Give its roles to the person behind `who`."""
        memory = self.memory
        row = memory.invitations.get(digest)
        if memory.too_many(who, at, limits):
            return "too_many", None, False
        if row is None:
            return memory.tried(who, at)
        held = memory.found(who)
        if row[7] is not None:
            return ("", held, False) if held is not None and held[0] == row[6] else ("used", None, False)
        if row[8] is not None or row[5] <= at:
            return "withdrawn" if row[8] is not None else "expired", None, False
        held = held or memory.added(new, who, at)
        memory.invitations[digest] = (*row[:6], held[0], at, None)
        for over in [each for each in row[2] or ("",) if row[1] != "guide" or each in memory.areas]:
            if memory.granted(held[0], row[1], over, at):
                memory.notes.append((held[0], "role.grant", held[0], at, f"{row[1]} {over} invitation {row[0]}"))
        memory.notes.append((held[0], "invitation.redeem", row[0], at, ""))
        return "", held, False

    def withdraw(self, invitation: str, at: datetime, note: Note) -> bool:
        """Take an invitation back."""
        for digest, row in self.memory.invitations.items():
            if row[0] == invitation and row[7] is None and row[8] is None and at < row[5]:
                self.memory.invitations[digest] = (*row[:8], at)
                self.memory.notes.append(note)
                return True
        return False

    def invitations(self) -> Sequence[InvitationRow]:
        """All that are kept, newest first."""
        return sorted(sorted(self.memory.invitations.values()), key=lambda row: row[4], reverse=True)

    def erase_old(self, codes_before: datetime, tries_before: datetime, invitations_before: datetime) -> int:
        """Erase what has ended."""
        memory = self.memory
        before = len(memory.links) + len(memory.wrong) + len(memory.invitations)
        memory.links = {digest: code for digest, code in memory.links.items() if code[1] > codes_before}
        memory.wrong = [each for each in memory.wrong if each[1] > tries_before]
        ended = {digest: row[7] or row[8] or row[5] for digest, row in memory.invitations.items()}
        memory.invitations = {digest: row for digest, row in memory.invitations.items() if ended[digest] > invitations_before}
        return before - len(memory.links) - len(memory.wrong) - len(memory.invitations)


@dataclass(slots=True)
class InMemoryRoles:
    """`Roles`."""

    memory: Memory

    def of(self, person: str) -> Sequence[GrantRow]:
        """A person's grants."""
        return [self._row(*name) for name in sorted(self.memory.roles) if name[0] == person]

    def all(self) -> Sequence[tuple[PersonRow, GrantRow]]:
        """Every grant with its person."""
        return [(self.memory.persons[name[0]], self._row(*name)) for name in sorted(self.memory.roles)]

    def grant(self, person: str, role: str, over: str, note: Note) -> bool:
        """A grant and its note."""
        if person not in self.memory.persons or not self.memory.granted(person, role, over, note[3]):
            return False
        self.memory.notes.append(note)
        return True

    def revoke(self, person: str, role: str, over: str | None, note: Note) -> int:
        """Take grants, with their note."""
        taken = [name for name in self.memory.roles if name[:2] == (person, role) and over in (None, name[2])]
        for name in taken:
            del self.memory.roles[name]
        if taken:
            self.memory.notes.append(note)
        return len(taken)

    def _row(self, _person: str, role: str, over: str) -> GrantRow:
        return role, over, self.memory.areas[over][3] if role == "guide" and over in self.memory.areas else ""

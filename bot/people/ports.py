"""The doors of the room. Rows cross them as plain tuples and text, so that storage knows nothing of the room above it.

Moments are aware. A `Who` is (channel, digest of the subject). A `Note` is written into the audit in the same transaction as the
change it tells of, and only where something changed. Every method raises StorageError where the database cannot be used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

Who = tuple[str, str]
Note = tuple[str, str, str, datetime, str]  # actor, action, target, at, why
PersonRow = tuple[str, str | None, str | None, str | None, datetime, datetime]  # id, language, work, area id, created_at, seen_at
ReachRow = tuple[str, str, datetime | None]  # channel, address, blocked_at
WishRow = tuple[str, bool, datetime]  # kind, wanted, said at
GrantRow = tuple[str, str, str]  # role, over, path of the area or ""
AreaRow = tuple[str, str | None, str, str]  # id, parent, name, path
InvitationRow = tuple[str, str, tuple[str, ...], str, datetime, datetime, str | None, datetime | None, datetime | None]
Limits = tuple[int, int | None, timedelta]  # wrong codes an identity, wrong codes altogether (None: any number), within
Outcome = tuple[str, PersonRow | None, bool]  # "" or a Reason, the person, whether two persons became one
Held = Mapping[str, Sequence[Mapping[str, object]]]
Field = Literal["language", "work", "area"]


class Persons(Protocol):
    """Persons, the identities that lead to them, and where they can be written to."""

    def key(self) -> str:
        """The key of every digest of this installation, in hex."""
        ...

    def find(self, who: Who) -> PersonRow | None:
        """The person behind an identity."""
        ...

    def get(self, person: str) -> PersonRow | None:
        """The person of that id."""
        ...

    def add(self, new: str, who: Who, at: datetime) -> PersonRow:
        """The person behind `who`; made with the id `new` if there was none. Of several callers at once one makes it."""
        ...

    def put(self, person: str, field: Field, value: str | None) -> bool:
        """Set one field; False where the person is gone."""
        ...

    def seen(self, person: str, at: datetime) -> None:
        """Note that they were here."""
        ...

    def held(self, person: str) -> Held:
        """All rows about a person, by table."""
        ...

    def erase(self, person: str, note: Note) -> bool:
        """Erase all rows about a person but the audit's; False where there were none."""
        ...


class Reaches(Protocol):
    """Where people can be written to."""

    def put(self, person: str, channel: str, address: str) -> None:
        """The address leads to that person, and to nobody else, and is open. Nothing where the person is gone."""
        ...

    def of(self, person: str) -> Sequence[ReachRow]:
        """A person's addresses, in order of channel and address."""
        ...

    def block(self, channel: str, address: str, at: datetime) -> None:
        """The address refuses us since then; the first time counts."""
        ...


class Wishes(Protocol):
    """Which kinds of message people asked for."""

    def put(self, person: str, kind: str, wanted: bool, at: datetime) -> bool:
        """The last word counts; False where the person is gone."""
        ...

    def of(self, person: str) -> Sequence[WishRow]:
        """All they ever said, in order of kind."""
        ...


class Codes(Protocol):
    """One-time codes, as digests."""

    def put_link(self, digest: str, person: str, at: datetime, expires_at: datetime) -> str:
        """A connecting code; the person's earlier ones end. "" when done, else "gone" (the person) or "taken" (the code)."""
        ...

    def redeem_link(self, digest: str, who: Who, at: datetime, limits: Limits, sharing: bool) -> Outcome:
        """Give `who` to the person behind the code, and the person they were before with all rows. Once; again by the same `who`
        changes nothing. Without `sharing`, somebody who holds roles is not merged.
        """
        ...

    def put_invitation(self, row: InvitationRow, digest: str, note: Note) -> None:
        """A new invitation."""
        ...

    def redeem_invitation(self, digest: str, who: Who, new: str, at: datetime, limits: Limits) -> Outcome:
        """Give its roles to the person behind `who`, made with the id `new` if there was none. Once; again by the same person
        changes nothing.
        """
        ...

    def withdraw(self, invitation: str, at: datetime, note: Note) -> bool:
        """Take an invitation back; False where it is not open."""
        ...

    def invitations(self) -> Sequence[InvitationRow]:
        """All that are kept, newest first."""
        ...

    def erase_old(self, codes_before: datetime, tries_before: datetime, invitations_before: datetime) -> int:
        """Erase codes that expired, tries that were made and invitations that ended before; how many rows."""
        ...


class Roles(Protocol):
    """Who is trusted with what."""

    def of(self, person: str) -> Sequence[GrantRow]:
        """A person's grants, in order of role and what it is over."""
        ...

    def all(self) -> Sequence[tuple[PersonRow, GrantRow]]:
        """Every grant with its person, in order of person."""
        ...

    def grant(self, person: str, role: str, over: str, note: Note) -> bool:
        """False where they had it, or are gone."""
        ...

    def revoke(self, person: str, role: str, over: str | None, note: Note) -> int:
        """How many grants were taken; None takes all of the role."""
        ...


class Tree(Protocol):
    """Areas by path."""

    def at(self, paths: Sequence[str]) -> Sequence[AreaRow]:
        """The areas at these paths that there are, in order of path."""
        ...

    def named(self, name: str) -> Sequence[AreaRow]:
        """Every area of that name, in order of path."""
        ...

    def below(self, path: str) -> Sequence[AreaRow]:
        """All areas below a path, at any depth, in order of path; "" is above all."""
        ...

    def get(self, area: str) -> AreaRow | None:
        """The area of that id."""
        ...

    def add(self, new: Sequence[tuple[str, str, str]]) -> None:
        """Make those of (id, name, path) that are not there, parents first."""
        ...

    def move(self, area: str, path: str, longest: int, note: Note) -> str:
        """Give an area and all below it another path. "" when done, else "gone", "cycle", "taken", "orphan" or "long"."""
        ...

    def remove(self, area: str, note: Note) -> str:
        """Take out an area. "" when done, else "gone", "parent" (there are areas below) or "held" (it has guides)."""
        ...


class Audit(Protocol):
    """What was done to people and in their name; nothing is ever changed or taken out."""

    def record(self, actor: str, action: str, target: str, at: datetime, why: str = "") -> None:
        """Add an entry. Actors and targets are opaque ids, never names."""
        ...

    def entries(self, about: str | None = None) -> Sequence[Note]:
        """All entries, or those whose actor or target is `about`, oldest first."""
        ...


class Rows(Protocol):
    """All of them on one database."""

    @property
    def persons(self) -> Persons: ...
    @property
    def reaches(self) -> Reaches: ...
    @property
    def wishes(self) -> Wishes: ...
    @property
    def codes(self) -> Codes: ...
    @property
    def roles(self) -> Roles: ...
    @property
    def tree(self) -> Tree: ...
    @property
    def audit(self) -> Audit: ...

"""Rows of one-time codes. Each is redeemed inside one transaction that no other overlaps, so of two at once one succeeds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, func, insert, or_, select, update

from bot.storage.people.persons import PersonRow, Who, added, by_id, connected, found, merged
from bot.storage.people.tables import Note, area, invitation, link, reading, role, write_note, writing, wrong

Limits = tuple[int, int | None, timedelta]
Outcome = tuple[str, PersonRow | None, bool]
InvitationRow = tuple[str, str, tuple[str, ...], str, datetime, datetime, str | None, datetime | None, datetime | None]


class CodeRows:
    """`Codes` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put_link(self, digest: str, person_id: str, at: datetime, expires_at: datetime) -> str:
        """A connecting code in place of the person's earlier ones."""
        with writing(self._engine) as connection:
            if by_id(connection, person_id) is None:
                return "gone"
            spent = or_(link.c.person == person_id, and_(link.c.digest == digest, link.c.expires_at <= at))
            connection.execute(delete(link).where(spent))
            if connection.execute(select(link.c.digest).where(link.c.digest == digest)).first():
                return "taken"
            connection.execute(insert(link).values(digest=digest, person=person_id, expires_at=expires_at))
            return ""

    def redeem_link(self, digest: str, who: Who, at: datetime, limits: Limits, sharing: bool) -> Outcome:
        """Give `who` to the person behind the code."""
        with writing(self._engine) as connection:
            if _too_many(connection, who, at, limits):
                return "too_many", None, False
            code = connection.execute(select(link).where(link.c.digest == digest, link.c.expires_at > at)).first()
            if code is None or code.used_by not in (None, who[1]):
                return _tried(connection, who, at)
            kept = by_id(connection, code.person)
            gone = found(connection, who)
            assert kept is not None  # the code goes with its person
            if gone is not None and gone[0] != kept[0]:
                if not sharing and connection.execute(select(role).where(role.c.person == gone[0])).first():
                    return "would_share", None, False
                merged(connection, gone, kept)
                write_note(connection, (kept[0], "person.merge", kept[0], at, f"{gone[0]} by {who[0]}"))
            elif gone is None:
                connected(connection, kept[0], who, at)
                write_note(connection, (kept[0], "person.link", kept[0], at, who[0]))
            connection.execute(update(link).where(link.c.digest == digest).values(used_by=who[1]))
            return "", by_id(connection, kept[0]), gone is not None and gone[0] != kept[0]

    def put_invitation(self, row: InvitationRow, digest: str, note: Note) -> None:
        """A new invitation."""
        identity, trusted, over, made_by, made_at, expires_at, *_ = row
        values = {"id": identity, "role": trusted, "over": json.dumps(over), "made_by": made_by, "made_at": made_at}
        with writing(self._engine) as connection:
            connection.execute(insert(invitation).values(digest=digest, expires_at=expires_at, **values))
            write_note(connection, note)

    def redeem_invitation(self, digest: str, who: Who, new: str, at: datetime, limits: Limits) -> Outcome:
        """Give its roles to the person behind `who`."""
        with writing(self._engine) as connection:
            if _too_many(connection, who, at, limits):
                return "too_many", None, False
            row = connection.execute(select(invitation).where(invitation.c.digest == digest)).first()
            if row is None:
                return _tried(connection, who, at)
            held = found(connection, who)
            if row.redeemed_at is not None:
                again = held is not None and row.redeemed_by == held[0]
                return ("", held, False) if again else ("used", None, False)
            if row.withdrawn_at is not None or row.expires_at <= at:
                return ("withdrawn" if row.withdrawn_at is not None else "expired"), None, False
            held = held or added(connection, new, who, at)
            connection.execute(update(invitation).where(invitation.c.id == row.id).values(redeemed_by=held[0], redeemed_at=at))
            for over in _still(connection, row):
                if not granted(connection, held[0], row.role, over, at):
                    continue
                write_note(connection, (held[0], "role.grant", held[0], at, f"{row.role} {over} invitation {row.id}"))
            write_note(connection, (held[0], "invitation.redeem", row.id, at, ""))
            return "", held, False

    def withdraw(self, invitation_id: str, at: datetime, note: Note) -> bool:
        """Take an invitation back."""
        ended = (invitation.c.redeemed_at.is_(None), invitation.c.withdrawn_at.is_(None), invitation.c.expires_at > at)
        with writing(self._engine) as connection:
            done = connection.execute(update(invitation).where(invitation.c.id == invitation_id, *ended).values(withdrawn_at=at))
            if done.rowcount:
                write_note(connection, note)
            return done.rowcount == 1

    def invitations(self) -> Sequence[InvitationRow]:
        """All that are kept, newest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(invitation).order_by(invitation.c.made_at.desc(), invitation.c.id)).all()
        return [
            (row.id, row.role, tuple(json.loads(row.over)), row.made_by, row.made_at, row.expires_at,
             row.redeemed_by, row.redeemed_at, row.withdrawn_at)
            for row in rows
        ]  # fmt: skip

    def erase_old(self, codes_before: datetime, tries_before: datetime, invitations_before: datetime) -> int:
        """Erase what has ended."""
        ended = func.coalesce(invitation.c.redeemed_at, invitation.c.withdrawn_at, invitation.c.expires_at)
        due = (
            (link, link.c.expires_at <= codes_before),
            (wrong, wrong.c.tried_at <= tries_before),
            (invitation, ended <= invitations_before),
        )
        with reading(self._engine) as connection:  # nearly always there is nothing, and then nobody has to wait for a lock
            if not any(connection.execute(select(*table.primary_key).where(old).limit(1)).first() for table, old in due):
                return 0
        with writing(self._engine) as connection:
            return sum(connection.execute(delete(table).where(old)).rowcount for table, old in due)


def granted(connection: Connection, person_id: str, trusted: str, over: str, at: datetime) -> bool:
    """A grant; False where they have it."""
    same = (role.c.person == person_id, role.c.role == trusted, role.c.over == over)
    if connection.execute(select(role).where(*same)).first():
        return False
    connection.execute(insert(role).values(person=person_id, role=trusted, over=over, granted_at=at))
    return True


def _still(connection: Connection, row: Any) -> list[str]:
    """What an invitation is over, without areas that were removed since."""
    over = list(json.loads(row.over)) or [""]
    if row.role != "guide":
        return over
    there = set(connection.execute(select(area.c.id).where(area.c.id.in_(over))).scalars())
    return [each for each in over if each in there]


def _too_many(connection: Connection, who: Who, at: datetime, limits: Limits) -> bool:
    each, altogether, within = limits
    lately = select(func.count()).select_from(wrong).where(wrong.c.tried_at > at - within)
    if connection.execute(lately.where(wrong.c.subject == who[1])).scalar_one() >= each:
        return True
    return altogether is not None and connection.execute(lately).scalar_one() >= altogether


def _tried(connection: Connection, who: Who, at: datetime) -> Outcome:
    connection.execute(insert(wrong).values(subject=who[1], tried_at=at))
    return "wrong", None, False

"""Rows of persons: identities, addresses, wishes; and how two persons become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RowMapping, Select, delete, insert, or_, select, update

from bot.storage.people import tables
from bot.storage.people.tables import Note, area, identity, invitation, link, person, reach, reading, role, wish, writing, wrong

Who = tuple[str, str]
PersonRow = tuple[str, str | None, str | None, str | None, datetime, datetime]
PERSON = (person.c.id, person.c.language, person.c.work, person.c.area, person.c.created_at, person.c.seen_at)
HIDDEN = {"person", "digest", "subject", "used_by"}  # what tells nothing to the person whose row it is


class PersonRows:
    """`Persons` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def key(self) -> str:
        """The key of every digest."""
        with reading(self._engine) as connection:
            return str(connection.execute(select(tables.key.c.key).where(tables.key.c.id == 1)).scalar_one())

    def find(self, who: Who) -> PersonRow | None:
        """The person behind an identity."""
        with reading(self._engine) as connection:
            return found(connection, who)

    def get(self, person_id: str) -> PersonRow | None:
        """The person of that id."""
        with reading(self._engine) as connection:
            return by_id(connection, person_id)

    def add(self, new: str, who: Who, at: datetime) -> PersonRow:
        """The person behind `who`, made if need be."""
        with writing(self._engine) as connection:
            return found(connection, who) or added(connection, new, who, at)

    def put(self, person_id: str, field: Literal["language", "work", "area"], value: str | None) -> bool:
        """Set one field."""
        with writing(self._engine) as connection:
            there = field != "area" or value is None or connection.execute(select(area.c.id).where(area.c.id == value)).first()
            if not there:
                return False
            changed = connection.execute(update(person).where(person.c.id == person_id).values({field: value}))
            return changed.rowcount == 1

    def seen(self, person_id: str, at: datetime) -> None:
        """Note that they were here."""
        with writing(self._engine) as connection:
            connection.execute(update(person).where(person.c.id == person_id, person.c.seen_at < at).values(seen_at=at))

    def held(self, person_id: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """All rows about a person, by table, without digests."""
        audit = tables.audit
        with reading(self._engine) as connection:
            mine = select(identity.c.subject).where(identity.c.person == person_id)
            queries: dict[str, Select[Any]] = {
                each.name: select(each).where(each.c.person == person_id).order_by(*each.primary_key)
                for each in (identity, reach, wish, role, link)
            }
            queries["bot_person"] = (
                select(person, area.c.path.label("area_path"))
                .join_from(person, area, person.c.area == area.c.id, isouter=True)
                .where(person.c.id == person_id)
            )
            queries["bot_invitation"] = select(invitation).where(
                or_(invitation.c.redeemed_by == person_id, invitation.c.made_by == person_id)
            )
            queries["bot_wrong_code"] = select(wrong.c.tried_at).where(wrong.c.subject.in_(mine)).order_by(wrong.c.id)
            about = or_(audit.c.actor == person_id, audit.c.target == person_id)
            queries["bot_audit"] = select(audit).where(about).order_by(audit.c.id)
            return {name: [_shown(row) for row in connection.execute(query).mappings()] for name, query in queries.items()}

    def erase(self, person_id: str, note: Note) -> bool:
        """Erase all rows about a person but the audit's."""
        with writing(self._engine) as connection:
            if by_id(connection, person_id) is None:
                return False
            mine = select(identity.c.subject).where(identity.c.person == person_id)
            connection.execute(delete(wrong).where(wrong.c.subject.in_(mine)))
            connection.execute(delete(person).where(person.c.id == person_id))
            tables.write_note(connection, note)
            return True


class ReachRows:
    """`Reaches` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, person_id: str, channel: str, address: str) -> None:
        """The address leads to that person, and is open."""
        here = (reach.c.channel == channel, reach.c.address == address)
        with writing(self._engine) as connection:
            connection.execute(delete(reach).where(*here))
            if by_id(connection, person_id) is not None:
                connection.execute(insert(reach).values(channel=channel, address=address, person=person_id))

    def of(self, person_id: str) -> Sequence[tuple[str, str, datetime | None]]:
        """A person's addresses."""
        query = select(reach.c.channel, reach.c.address, reach.c.blocked_at).where(reach.c.person == person_id)
        with reading(self._engine) as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(reach.c.channel, reach.c.address))]

    def block(self, channel: str, address: str, at: datetime) -> None:
        """The address refuses us."""
        here = (reach.c.channel == channel, reach.c.address == address, reach.c.blocked_at.is_(None))
        with writing(self._engine) as connection:
            connection.execute(update(reach).where(*here).values(blocked_at=at))


class WishRows:
    """`Wishes` on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, person_id: str, kind: str, wanted: bool, at: datetime) -> bool:
        """The last word counts."""
        with writing(self._engine) as connection:
            if by_id(connection, person_id) is None:
                return False
            connection.execute(delete(wish).where(wish.c.person == person_id, wish.c.kind == kind))
            connection.execute(insert(wish).values(person=person_id, kind=kind, wanted=wanted, said_at=at))
            return True

    def of(self, person_id: str) -> Sequence[tuple[str, bool, datetime]]:
        """All they ever said."""
        query = select(wish.c.kind, wish.c.wanted, wish.c.said_at).where(wish.c.person == person_id).order_by(wish.c.kind)
        with reading(self._engine) as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def found(connection: Connection, who: Who) -> PersonRow | None:
    """The person behind an identity."""
    query = select(*PERSON).join(identity, identity.c.person == person.c.id)
    return _row(connection.execute(query.where(identity.c.channel == who[0], identity.c.subject == who[1])).first())


def by_id(connection: Connection, person_id: str) -> PersonRow | None:
    """The person of that id."""
    return _row(connection.execute(select(*PERSON).where(person.c.id == person_id)).first())


def added(connection: Connection, new: str, who: Who, at: datetime) -> PersonRow:
    """A new person with one identity."""
    connection.execute(insert(person).values(id=new, created_at=at, seen_at=at))
    connected(connection, new, who, at)
    return new, None, None, None, at, at


def connected(connection: Connection, person_id: str, who: Who, at: datetime) -> None:
    """A new identity of a person."""
    connection.execute(insert(identity).values(channel=who[0], subject=who[1], person=person_id, connected_at=at))


def merged(connection: Connection, gone: PersonRow, kept: PersonRow) -> None:
    """All rows of one person to another: both sets of roles, each answer the kept one lacks, the last word of each wish."""
    for table in (identity, reach):
        connection.execute(update(table).where(table.c.person == gone[0]).values(person=kept[0]))
    for column in (invitation.c.redeemed_by, invitation.c.made_by):
        connection.execute(update(invitation).where(column == gone[0]).values({column.name: kept[0]}))
    _move(connection, select(role).where(role.c.person == gone[0]), kept[0])
    said = {row.kind: row.said_at for row in connection.execute(select(wish).where(wish.c.person == kept[0]))}
    for row in connection.execute(select(wish).where(wish.c.person == gone[0])).all():
        if row.kind not in said or row.said_at > said[row.kind]:
            connection.execute(delete(wish).where(wish.c.person == kept[0], wish.c.kind == row.kind))
            connection.execute(insert(wish).values(person=kept[0], kind=row.kind, wanted=row.wanted, said_at=row.said_at))
    values: dict[str, object] = {name: kept[at] or gone[at] for at, name in ((1, "language"), (2, "work"), (3, "area"))}
    values |= {"created_at": min(kept[4], gone[4]), "seen_at": max(kept[5], gone[5])}
    connection.execute(update(person).where(person.c.id == kept[0]).values(values))
    connection.execute(delete(person).where(person.c.id == gone[0]))


def _move(connection: Connection, query: Select[Any], kept: str) -> None:
    had = {(row.role, row.over) for row in connection.execute(select(role).where(role.c.person == kept))}
    for row in connection.execute(query).all():
        if (row.role, row.over) not in had:
            connection.execute(insert(role).values(person=kept, role=row.role, over=row.over, granted_at=row.granted_at))


def _row(row: Sequence[Any] | None) -> PersonRow | None:
    return None if row is None else (row[0], row[1], row[2], row[3], row[4], row[5])


def _shown(row: RowMapping) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in HIDDEN}

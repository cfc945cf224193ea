"""One person behind each channel, made only when something has to be kept; what is held can be read, and erased."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.errors import PeopleError
from bot.people import People
from bot.people.model import Kind, Reach, Role, Work
from bot.storage.people import PeopleRows, tables
from tests.bot.people.conftest import NOON, ManualClock

TOKEN = "browser-token-of-somebody"


def test_asking_makes_nobody_a_person(people: People) -> None:
    assert people.accounts.find("web", TOKEN) is None
    assert people.accounts.find("web", TOKEN) is None


def test_a_person_is_made_once_and_found_again(people: People, clock: ManualClock) -> None:
    made = people.accounts.of("web", TOKEN)
    assert (made.created_at, made.seen_at, made.language) == (NOON, NOON, None)
    clock.go(timedelta(hours=1))
    assert people.accounts.of("web", TOKEN) == people.accounts.find("web", TOKEN) == people.accounts.get(made.id) == made


def test_ids_are_opaque(people: People) -> None:
    one, other = (people.accounts.of("telegram", subject).id for subject in ("4711", "4712"))
    assert one != other
    assert len(one) == len(other) == 32
    assert "4711" not in one


def test_the_day_somebody_was_last_here_is_known_but_not_the_hour(people: People, clock: ManualClock) -> None:
    people.accounts.of("web", TOKEN)
    clock.go(timedelta(hours=23))
    assert people.accounts.of("web", TOKEN).seen_at == NOON
    clock.go(timedelta(hours=2))
    assert people.accounts.of("web", TOKEN).seen_at == NOON + timedelta(hours=25)
    found = people.accounts.find("web", TOKEN)
    assert found is not None
    assert found.seen_at == NOON + timedelta(hours=25)


def test_an_address_is_where_they_are_written_to_until_they_block_it_and_again_when_they_write(people: People) -> None:
    person = people.accounts.of("telegram", "4711", "4711")
    assert people.accounts.reaches(person) == (Reach("telegram", "4711"),)
    people.accounts.block("telegram", "4711")
    assert people.accounts.reaches(person) == (Reach("telegram", "4711", NOON),)
    people.accounts.of("telegram", "4711", "4711")
    assert people.accounts.reaches(person) == (Reach("telegram", "4711"),)


def test_nobody_is_reached_through_a_browser(people: People) -> None:
    assert people.accounts.reaches(people.accounts.of("web", TOKEN)) == ()


def test_a_language_is_remembered_and_can_be_left_to_the_channel_again(people: People) -> None:
    person = people.accounts.of("web", TOKEN)
    for language in ("en", "zh", None):
        assert people.accounts.speak(person, language)
        found = people.accounts.get(person.id)
        assert found is not None
        assert found.language == language
    with pytest.raises(PeopleError, match="zh, en"):
        people.accounts.speak(person, "fr")  # type: ignore[arg-type]


@pytest.mark.parametrize(("channel", "subject"), [("", "x"), ("Web", "x"), ("web chat", "x"), ("w" * 17, "x"), ("web", "")])
def test_what_cannot_be_an_identity_is_refused(people: People, channel: str, subject: str) -> None:
    with pytest.raises(PeopleError):
        people.accounts.of(channel, subject)


def test_a_subject_is_nowhere_in_the_file_neither_as_it_is_nor_as_a_plain_digest(engine: Engine, database: Path) -> None:
    person = People(PeopleRows(engine), ManualClock()).accounts.of("web", TOKEN)
    engine.dispose()
    held = b"".join(path.read_bytes() for path in database.parent.glob("redstation.db*"))
    assert person.id.encode() in held
    assert TOKEN.encode() not in held
    for text in (TOKEN, f"web{TOKEN}", f"web:{TOKEN}", f"web\0{TOKEN}", f"identity\0web\0{TOKEN}"):
        assert hashlib.sha256(text.encode()).hexdigest().encode() not in held


def test_two_installations_digest_the_same_subject_differently(engine: Engine, tmp_path: Path) -> None:
    from bot.storage.engine import open_engine

    other = open_engine(tmp_path / "other.db")
    try:
        keys = {PeopleRows(each).persons.key() for each in (engine, other)}
    finally:
        other.dispose()
    assert len(keys) == 2


def furnished(people: People) -> str:
    """Somebody with rows in every table of people."""
    person = people.accounts.of("telegram", "4711", "chat-4711")
    area = people.areas.add("安徽省/合肥市")
    people.accounts.speak(person, "en")
    people.profiles.work(person, Work.TRUCK)
    people.profiles.area(person, area)
    people.profiles.want(person, Kind.LESSON, True)
    people.roles.grant(person, Role.GUIDE, area.id, by="cli")
    _, code = people.invitations.invite(Role.MANAGER, ["hf-01"], by="cli")
    people.invitations.redeem("telegram", "4711", code.text)
    people.invitations.invite(Role.ADMIN, by=person.id)
    people.linking.code(person)
    people.linking.redeem("telegram", "4711", "12345678")
    return person.id


def test_everything_held_about_somebody_is_handed_out_in_plain_values(people: People) -> None:
    person = people.accounts.get(furnished(people))
    assert person is not None
    held = people.accounts.export(person)
    assert set(held) == {
        "bot_person", "bot_identity", "bot_reach", "bot_wish", "bot_role", "bot_link_code", "bot_invitation", "bot_wrong_code",
        "bot_audit",
    }  # fmt: skip
    assert held["bot_person"] == [
        {
            "id": person.id, "language": "en", "work": "truck", "area": people.areas.named("合肥市").id,
            "created_at": "2026-11-21T04:00:00+00:00", "seen_at": "2026-11-21T04:00:00+00:00", "area_path": "安徽省/合肥市",
        }
    ]  # fmt: skip
    assert held["bot_reach"] == [{"channel": "telegram", "address": "chat-4711", "blocked_at": None}]
    assert held["bot_wish"] == [{"kind": "lesson", "wanted": True, "said_at": "2026-11-21T04:00:00+00:00"}]
    assert [row["role"] for row in held["bot_role"]] == ["guide", "manager"]  # type: ignore[attr-defined]
    assert len(held["bot_invitation"]) == 2  # type: ignore[arg-type]


def test_every_table_that_names_a_person_is_in_what_is_handed_out(engine: Engine) -> None:
    naming = {
        table.name
        for table in tables.metadata.tables.values()
        if any(key.column.table.name == "bot_person" for key in table.foreign_keys)
    }
    assert len(naming) >= 6
    assert naming <= set(PeopleRows(engine).persons.held("nobody"))


def test_nothing_of_an_erased_person_is_left_but_an_id_in_the_audit(engine: Engine, database: Path) -> None:
    people = People(PeopleRows(engine), ManualClock())
    digest = people.accounts.who("telegram", "4711")[1]
    identity = furnished(people)
    person = people.accounts.get(identity)
    assert person is not None
    assert people.accounts.erase(person)
    assert not people.accounts.erase(person)
    assert set(people.accounts.export(person)) == {"bot_audit", "bot_invitation"}  # the one they made; their id leads to nobody
    assert people.accounts.find("telegram", "4711") is None
    engine.dispose()
    raw = b"".join(path.read_bytes() for path in database.parent.glob("redstation.db*"))
    assert b"chat-4711" not in raw
    assert digest.encode() not in raw
    with closing(sqlite3.connect(database)) as opened:
        names = [row[0] for row in opened.execute("select name from sqlite_master where type = 'table' and name like 'bot_%'")]
        holding = {name for name in names if identity in str(opened.execute(f"select * from {name}").fetchall())}
    assert holding == {"bot_audit", "bot_invitation"}


def test_an_erased_person_may_come_back_as_somebody_new(people: People) -> None:
    identity = furnished(people)
    person = people.accounts.get(identity)
    assert person is not None
    people.accounts.erase(person)
    again = people.accounts.of("telegram", "4711")
    assert again.id != identity
    assert people.roles.of(again) == ()
    assert not people.profiles.wants(again, Kind.LESSON)


def test_what_is_done_for_somebody_who_was_erased_meanwhile_changes_nothing(people: People) -> None:
    person = people.accounts.of("telegram", "4711")
    people.accounts.erase(person)
    assert not people.accounts.speak(person, "en")
    assert not people.profiles.work(person, Work.TRUCK)
    assert not people.profiles.want(person, Kind.LESSON, True)
    assert not people.roles.grant(person, Role.ADMIN, by="cli")
    assert people.profiles.of(person).work is None
    with pytest.raises(PeopleError, match="erased"):
        people.linking.code(person)

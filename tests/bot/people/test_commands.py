"""`redstation invite`, `redstation people` and `redstation areas`, as an admin types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import now
from bot.people import People
from bot.people.model import Connected, Role
from bot.storage.engine import open_engine
from bot.storage.people import PeopleRows
from tests.bot.commands import redstation


@pytest.fixture
def data(database: Path) -> Path:
    """A data folder with nothing but a database: these commands need no library."""
    return database.parent


def redeem(data: Path, subject: str, code: str) -> str:
    """Send a code to the assistant; the person's id."""
    engine = open_engine(data / "redstation.db")
    try:
        found = People(PeopleRows(engine), now).invitations.redeem("telegram", subject, code)
    finally:
        engine.dispose()
    assert isinstance(found, Connected)
    return found.person.id


def test_an_admin_invites_sees_and_revokes(data: Path) -> None:
    made = redstation("invite", "--role", "manager", "--station", "hf-01", "--station", "hf-02", "--valid", "12h", "--data", data)
    assert made.status == 0
    assert "manager hf-01 hf-02, until " in made.err
    identity = redeem(data, "4711", made.out.strip())

    listed = redstation("people", "--data", data).out
    assert listed.startswith(f"{identity[:8]}  seen ")
    assert listed.endswith("  manager hf-01; manager hf-02\n")
    assert identity not in listed
    assert "4711" not in listed

    revoke = ("people", "revoke", identity[:8], "--role", "manager")
    assert redstation(*revoke, "--station", "hf-01", "--data", data).out == f"{identity[:8]}  manager hf-02\n"
    assert redstation(*revoke, "--data", data).out == f"{identity[:8]}  rider\n"
    again = redstation(*revoke, "--data", data)
    assert (again.status, again.out) == (2, "")
    assert "names nobody" in again.complaint
    assert "nobody has a role" in redstation("people", "--data", data).complaint


def test_invitations_are_listed_without_their_codes_and_can_be_taken_back(data: Path) -> None:
    redstation("areas", "add", "安徽省/合肥市", "--data", data)
    used = redstation("invite", "--role", "guide", "--area", "合肥市", "--data", data).out.strip()
    kept = redstation("invite", "--role", "admin", "--data", data).out.strip()
    redeem(data, "4711", used)
    listed = redstation("people", "invitations", "--data", data).out
    assert used not in listed
    assert kept not in listed
    newest, oldest = listed.splitlines()
    assert newest.endswith("  admin")
    assert "redeemed " in oldest
    assert oldest.endswith("  guide 安徽省/合肥市")
    name = newest.split()[0]
    assert redstation("people", "withdraw", name, "--data", data).status == 0
    assert f"{name}  withdrawn " in redstation("people", "invitations", "--data", data).out
    assert "no open invitation" in redstation("people", "withdraw", name, "--data", data).complaint


def test_areas_are_made_renamed_moved_and_removed(data: Path) -> None:
    assert redstation("areas", "add", "安徽省/合肥市/蜀山区", "湖南省", "--data", data).out == "安徽省/合肥市/蜀山区\n湖南省\n"
    assert redstation("areas", "rename", "合肥市", "庐州", "--data", data).out == "安徽省/庐州\n"
    assert redstation("areas", "move", "庐州", "--under", "湖南省", "--data", data).out == "湖南省/庐州\n"
    assert redstation("areas", "remove", "安徽省", "--data", data).out == "安徽省 removed\n"
    assert redstation("areas", "--data", data).out == "湖南省\n湖南省/庐州\n湖南省/庐州/蜀山区\n"
    assert "below itself" in redstation("areas", "move", "湖南省", "--under", "蜀山区", "--data", data).complaint
    assert "areas below it" in redstation("areas", "remove", "湖南省", "--data", data).complaint


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("invite",), "choose manager, guide or admin"),
        (("invite", "--role", "rider"), "choose manager, guide or admin"),
        (("invite", "--role", "manager"), "--station"),
        (("invite", "--role", "manager", "--area", "合肥市"), "--station"),
        (("invite", "--role", "guide", "--station", "hf-01"), "--area"),
        (("invite", "--role", "guide", "--area", "合肥市"), "redstation areas add"),
        (("invite", "--role", "admin", "--station", "hf-01"), "neither"),
        (("invite", "--role", "admin", "--valid", "soon"), "7d, 12h or 30m"),
        (("invite", "--role", "admin", "--valid", "1m"), "5m at least"),
        (("people", "revoke", "", "--role", "admin"), "redstation people"),
        (("people", "revoke", "nobody", "--role", "admin"), "names nobody"),
        (("areas", "add", "a//b"), "empty name"),
        (("areas", "remove", "a"), "no area"),
    ],
)
def test_bad_input_is_one_clear_line(data: Path, arguments: tuple[str, ...], said: str) -> None:
    done = redstation(*arguments, "--data", data)
    assert (done.status, done.out) == (2, "")
    assert said in done.complaint


@pytest.mark.parametrize("command", [("people", "invitations"), ("areas", "add", "安徽省")])
def test_a_folder_named_before_the_command_is_not_lost_silently(data: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    group, *rest = command
    done = redstation(group, "--data", data, *rest, folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert f"write --data behind {rest[0]}" in done.complaint
    assert not (tmp_path / "var").exists()


def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "--data" in redstation("people", "--data", tmp_path / "file").complaint


def test_the_audit_says_who_did_it(data: Path) -> None:
    identity = redeem(data, "4711", redstation("invite", "--role", "admin", "--data", data).out.strip())
    redstation("people", "revoke", identity, "--role", "admin", "--data", data)
    engine = open_engine(data / "redstation.db")
    try:
        entries = PeopleRows(engine).audit.entries()
    finally:
        engine.dispose()
    assert [(entry[0], entry[1]) for entry in entries] == [
        ("cli", "invitation.make"), (identity, "role.grant"), (identity, "invitation.redeem"), ("cli", "role.revoke"),
    ]  # fmt: skip
    assert Role.ADMIN in entries[-1][4]

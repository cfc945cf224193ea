"""What every `Roles`, `Tree` and `Audit` does, in memory and on the database."""

from __future__ import annotations

import pytest

from bot.people.ports import AreaRow, Rows
from tests.bot.people.conftest import NOON
from tests.bot.people.test_rows import ANN, BOB, actions, note

PATHS = ("安徽省", "安徽省/合肥市", "安徽省/合肥市/蜀山区", "安徽省/合肥市2", "湖南省")


@pytest.fixture
def tree(rows: Rows) -> Rows:
    rows.tree.add([(str(number), path.rpartition("/")[2], path) for number, path in enumerate(PATHS)])
    return rows


def paths(rows: Rows) -> list[str]:
    return [row[3] for row in rows.tree.below("")]


def sound(rows: Rows) -> bool:
    """Whether every path says what its parents say."""
    known = {row[0]: row for row in rows.tree.below("")}

    def path(row: AreaRow) -> str:
        return row[2] if row[1] is None else f"{path(known[row[1]])}/{row[2]}"

    return all(path(row) == row[3] for row in known.values())


def test_a_grant_is_given_once_and_only_to_somebody(rows: Rows) -> None:
    rows.persons.add("ann", ANN, NOON)
    assert rows.roles.grant("ann", "manager", "hf-01", note("grant"))
    assert not rows.roles.grant("ann", "manager", "hf-01", note("again"))
    assert not rows.roles.grant("nobody", "admin", "", note("nobody"))
    assert actions(rows) == ["grant"]


def test_one_grant_is_taken_or_all_of_a_role(rows: Rows) -> None:
    rows.persons.add("ann", ANN, NOON)
    for role, over in (("manager", "1"), ("manager", "2"), ("manager", "3"), ("admin", "")):
        rows.roles.grant("ann", role, over, note("grant"))
    assert rows.roles.revoke("ann", "manager", "2", note("one")) == 1
    assert rows.roles.revoke("ann", "manager", "2", note("none")) == 0
    assert rows.roles.revoke("ann", "manager", None, note("all")) == 2
    assert list(rows.roles.of("ann")) == [("admin", "", "")]
    assert [action for action in actions(rows) if action != "grant"] == ["one", "all"]


def test_all_grants_come_with_their_persons_in_order(tree: Rows) -> None:
    for person, who in (("bob", BOB), ("ann", ANN)):
        tree.persons.add(person, who, NOON)
    for person, role, over in (("bob", "admin", ""), ("ann", "manager", "7"), ("ann", "guide", "1")):
        tree.roles.grant(person, role, over, note())
    found = [(person[0], grant) for person, grant in tree.roles.all()]
    assert found == [("ann", ("guide", "1", "安徽省/合肥市")), ("ann", ("manager", "7", "")), ("bob", ("admin", "", ""))]


def test_a_station_that_is_named_like_an_areas_id_is_no_area(tree: Rows) -> None:
    tree.persons.add("ann", ANN, NOON)
    tree.roles.grant("ann", "manager", "1", note())
    assert list(tree.roles.of("ann")) == [("manager", "1", "")]


def test_areas_know_what_is_above_them(tree: Rows) -> None:
    assert list(tree.tree.at([PATHS[2], PATHS[0], "unknown"])) == [("0", None, "安徽省", PATHS[0]), ("2", "1", "蜀山区", PATHS[2])]
    assert tree.tree.get("4") == ("4", None, "湖南省", "湖南省")
    assert tree.tree.get("unknown") is None


def test_an_area_is_made_once_and_keeps_its_id(tree: Rows) -> None:
    tree.tree.add([("x", "安徽省", "安徽省"), ("y", "芜湖市", "安徽省/芜湖市")])
    assert [row[0] for row in tree.tree.at(["安徽省", "安徽省/芜湖市"])] == ["0", "y"]
    assert tree.tree.at(["安徽省/芜湖市"])[0][1] == "0"


def test_what_is_below_begins_with_the_whole_name(tree: Rows) -> None:
    assert [row[3] for row in tree.tree.below("安徽省/合肥市")] == ["安徽省/合肥市/蜀山区"]
    assert [row[3] for row in tree.tree.below("安徽省")] == sorted(PATHS[1:4])
    assert paths(tree) == sorted(PATHS)


@pytest.mark.parametrize(("above", "other"), [("A", "a"), ("%", "x"), ("_", "x"), ("Ä", "ä")])
def test_letters_of_another_case_and_signs_of_patterns_are_names_like_others(rows: Rows, above: str, other: str) -> None:
    rows.tree.add([("1", above, above), ("2", "z", f"{above}/z"), ("3", other, other), ("4", "z", f"{other}/z")])
    assert [row[0] for row in rows.tree.below(above)] == ["2"]


def test_moving_takes_everything_below_along(tree: Rows) -> None:
    assert tree.tree.move("1", "湖南省/庐州", 800, note("area.move")) == ""
    assert paths(tree) == sorted(["安徽省", "安徽省/合肥市2", "湖南省", "湖南省/庐州", "湖南省/庐州/蜀山区"])
    assert tree.tree.get("1") == ("1", "4", "庐州", "湖南省/庐州")
    assert tree.tree.get("2") == ("2", "1", "蜀山区", "湖南省/庐州/蜀山区")
    assert sound(tree)
    assert tree.tree.move("1", "庐州", 800, note("area.move")) == ""
    assert tree.tree.get("1") == ("1", None, "庐州", "庐州")
    assert sound(tree)
    assert actions(tree) == ["area.move"] * 2


@pytest.mark.parametrize(
    ("area", "path", "trouble"),
    [
        ("unknown", "x", "gone"),
        ("0", "安徽省/合肥市/安徽省", "cycle"),
        ("0", "安徽省/安徽省", "cycle"),
        ("1", "安徽省/合肥市2", "taken"),
        ("1", "浙江省/合肥市", "orphan"),
        ("0", "x" * 17, "long"),
        ("0", "x" * 16, ""),
        ("0", "安徽省", ""),
        ("3", "安徽省/合肥市/蜀山区/合肥市2", ""),
    ],
)
def test_a_move_that_cannot_be_changes_nothing(tree: Rows, area: str, path: str, trouble: str) -> None:
    before = list(tree.tree.below(""))
    assert tree.tree.move(area, path, 24, note("area.move")) == trouble
    assert (list(tree.tree.below("")) == before) == (trouble != "" or (area == "0" and path == "安徽省"))
    assert sound(tree)
    assert len(actions(tree)) == int(list(tree.tree.below("")) != before)


def test_an_area_is_removed_when_nothing_hangs_on_it(tree: Rows) -> None:
    tree.persons.add("ann", ANN, NOON)
    tree.roles.grant("ann", "guide", "4", note("grant"))
    tree.roles.grant("ann", "manager", "2", note("grant"))
    tree.persons.put("ann", "area", "2")
    assert [tree.tree.remove(area, note("area.remove")) for area in ("unknown", "0", "4", "2")] == ["gone", "parent", "held", ""]
    found = tree.persons.get("ann")
    assert found is not None
    assert found[3] is None
    assert actions(tree)[2:] == ["area.remove"]


def test_the_audit_keeps_every_entry_in_order_and_finds_those_about_somebody(rows: Rows) -> None:
    rows.audit.record("ann", "station.close", "hf-01", NOON, "停电")
    rows.audit.record("cli", "role.grant", "ann", NOON)
    rows.audit.record("cli", "role.grant", "bob", NOON)
    assert list(rows.audit.entries()) == [
        ("ann", "station.close", "hf-01", NOON, "停电"), ("cli", "role.grant", "ann", NOON, ""),
        ("cli", "role.grant", "bob", NOON, ""),
    ]  # fmt: skip
    assert list(rows.audit.entries("ann")) == list(rows.audit.entries())[:2]

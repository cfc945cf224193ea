"""The tree of areas: any depth, found by path or name, right after every change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from bot.errors import PeopleError
from bot.people import People
from bot.people.areas import Areas
from bot.people.model import LONGEST_NAME, LONGEST_PATH, clean_path
from bot.people.testing import InMemoryPeople
from bot.storage.people import PeopleRows
from bot.storage.people.tables import area as area_table
from tests.bot.people.conftest import ManualClock
from tests.bot.people.test_rows_of_roles import sound


def test_an_area_is_made_with_all_above_it_and_only_once(people: People) -> None:
    made = people.areas.add("安徽省/合肥市/蜀山区")
    assert people.areas.add(" 安徽省 / 合肥市\uff0f蜀山区/ ") == made
    assert [area.path for area in people.areas.below()] == ["安徽省", "安徽省/合肥市", "安徽省/合肥市/蜀山区"]
    assert [area.name for area in people.areas.above(made)] == ["安徽省", "合肥市"]


def test_a_tree_may_be_as_deep_as_a_path_is_long(people: People) -> None:
    deepest = people.areas.add("/".join("层" for _ in range(200)))
    assert len(people.areas.above(deepest)) == 199
    assert len(people.areas.below(people.areas.above(deepest)[0])) == 199
    people.areas.move(people.areas.above(deepest)[1], people.areas.add("根"), by="cli")
    found = people.areas.get(deepest.id)
    assert found is not None
    assert found.path == "/".join(["根"] + ["层"] * 199)


@pytest.mark.parametrize(
    "path", ["", " ", "/", "a//b", "a/ /b", "a" * (LONGEST_NAME + 1), "a\u0007b", "a\u200bb", "/".join(["a" * 39] * 21)]
)
def test_what_is_no_path_is_refused(people: People, path: str) -> None:
    with pytest.raises(PeopleError):
        people.areas.add(path)
    assert people.areas.find(path) == ()


def test_an_area_is_found_by_path_by_only_name_and_by_the_end_of_its_path(people: People) -> None:
    for path in ("安徽省/合肥市/鼓楼区", "江苏省/南京市/鼓楼区", "江苏省/徐州市/鼓楼区", "鼓楼区"):
        people.areas.add(path)
    assert people.areas.named("安徽省").path == "安徽省"
    assert people.areas.named("南京市").path == "江苏省/南京市"
    assert people.areas.named("南京市/鼓楼区").path == "江苏省/南京市/鼓楼区"
    assert [area.path for area in people.areas.find("鼓楼区")] == ["鼓楼区"]  # a whole path outranks names
    people.areas.remove(people.areas.named("鼓楼区"), by="cli")
    assert len(people.areas.find("鼓楼区")) == 3
    with pytest.raises(PeopleError, match="江苏省/徐州市/鼓楼区"):
        people.areas.named("鼓楼区")
    with pytest.raises(PeopleError, match="redstation areas"):
        people.areas.named("楼区")


def test_renaming_changes_the_path_of_everything_below(people: People) -> None:
    area = people.areas.add("安徽省/合肥市/蜀山区/南七")
    hefei = people.areas.rename(people.areas.named("合肥市"), "庐州", by="cli")
    assert (hefei.name, hefei.path) == ("庐州", "安徽省/庐州")
    found = people.areas.get(area.id)
    assert found is not None
    assert found.path == "安徽省/庐州/蜀山区/南七"


@pytest.mark.parametrize("name", ["安徽省/庐州", "", "长沙市"])
def test_a_name_that_is_a_path_or_taken_is_refused(people: People, name: str) -> None:
    people.areas.add("安徽省/合肥市")
    people.areas.add("安徽省/长沙市")
    with pytest.raises(PeopleError):
        people.areas.rename(people.areas.named("合肥市"), name, by="cli")


def test_no_area_lies_below_itself(people: People) -> None:
    people.areas.add("a/b/c")
    a, c = people.areas.named("a"), people.areas.named("c")
    for under in (c, a):
        with pytest.raises(PeopleError, match="below itself"):
            people.areas.move(a, under, by="cli")
    with pytest.raises(PeopleError, match="longer"):
        people.areas.move(a, people.areas.add("/".join(["x" * 39] * 20)), by="cli")
    assert [area.path for area in people.areas.below(a)] == ["a/b", "a/b/c"]


def test_what_was_removed_meanwhile_is_said_to_be_gone(people: People) -> None:
    area = people.areas.add("a")
    people.areas.remove(area, by="cli")
    changes: list[Callable[[], object]] = [
        lambda: people.areas.rename(area, "b", by="cli"),
        lambda: people.areas.move(area, people.areas.add("c"), by="cli"),
        lambda: people.areas.remove(area, by="cli"),
    ]
    for change in changes:
        with pytest.raises(PeopleError, match="no longer"):
            change()


names = st.sampled_from(["a", "ab", "A", "%", "省", "市"])
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), paths, paths), st.tuples(st.just("rename"), paths, names),
        st.tuples(st.just("move"), paths, st.one_of(st.none(), paths)), st.tuples(st.just("remove"), paths, paths),
    ),
    min_size=4, max_size=25,
)  # fmt: skip


def outcome(areas: Areas, change: tuple[str, str, str | None]) -> str:
    what, path, other = change
    try:
        if what == "add":
            return areas.add(path).path
        area = areas.named(path)
        if what == "rename":
            return areas.rename(area, other or "", by="cli").path
        if what == "move":
            return areas.move(area, None if other is None else areas.named(other), by="cli").path
        areas.remove(area, by="cli")
    except PeopleError as refused:
        return str(refused)
    return "removed"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_after_any_changes_both_trees_are_alike_and_every_path_is_right(
    engine: Engine, made: list[tuple[str, str, str | None]]
) -> None:
    with engine.begin() as connection:
        for row in PeopleRows(engine).tree.below("")[::-1]:
            connection.execute(delete(area_table).where(area_table.c.id == row[0]))
    both = (PeopleRows(engine), InMemoryPeople())
    trees = [Areas(rows.tree, ManualClock()) for rows in both]
    for change in made:
        assert outcome(trees[0], change) == outcome(trees[1], change)
    stored, memory = ([area.path for area in tree.below()] for tree in trees)
    assert stored == memory
    assert all(sound(rows) for rows in both)


@given(st.text(max_size=60))
def test_a_cleaned_path_is_clean(text: str) -> None:
    try:
        path = clean_path(text)
    except PeopleError:
        return
    assert clean_path(path) == path
    assert 0 < len(path) <= LONGEST_PATH

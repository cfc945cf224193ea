"""Cards as files: what is wrong with one is said, and a release carries its own over the shipped ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import Assistant
from knowledge.emergency.cards import SHIPPED, dump_cards, load_cards, read_any_cards, read_cards, shipped_cards
from knowledge.emergency.lane import EmergencyLane
from knowledge.emergency.recognising import Recogniser
from knowledge.errors import LibraryError, ReleaseDamaged
from knowledge.model import Answer, EmergencyCard
from knowledge.releases import CARDS, Manifest, checksums
from tests.knowledge.housing import DAMAGE, House, ask, rewrite
from tests.knowledge.writing import write_library, write_policy

OWN = "先打 120,我们站里自己写的。"
HEAT = "工友中暑晕倒了浑身滚烫"
Change = Callable[[dict[str, Any]], object]


def write_card(library: Path, name: str = "heat", **changed: object) -> Path:
    """A shipped card in a library, with some of its keys changed."""
    held = yaml.safe_load((SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")) | changed
    path = library / "cards" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")
    return path


def own_heat(library: Path, first: str = OWN) -> Path:
    """The heat card with a first line of the library's own."""
    held = yaml.safe_load((SHIPPED / "heat.yaml").read_text(encoding="utf-8"))
    return write_card(library, "heat", zh=held["zh"] | {"first": first}, review="急救导师张 2026-12-01")


def first_line(assistant: Assistant, text: str = HEAT) -> str:
    reply = ask(assistant, text)
    assert isinstance(reply, EmergencyCard)
    return reply.texts["zh"].first


# --- one file ---


def test_cards_are_the_same_after_they_were_kept_as_json() -> None:
    assert load_cards(dump_cards(shipped_cards())) == shipped_cards()


def test_a_folder_without_cards_has_none(tmp_path: Path) -> None:
    assert read_cards(tmp_path / "nowhere") == read_any_cards(tmp_path) == {}


def test_a_card_may_be_reviewed_on_a_day_written_as_yaml_has_it(tmp_path: Path) -> None:
    path = write_card(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("review: pending", "review: 2026-12-01"), encoding="utf-8")
    assert read_cards(tmp_path / "cards")["heat"].review == "2026-12-01"


WRONG: dict[str, tuple[Change, str]] = {
    "no table": (lambda card: card.clear(), "table|id"),
    "an unknown id": (lambda card: card.update(id="sunburn"), "sunburn"),
    "no numbers": (lambda card: card.pop("numbers"), "numbers"),
    "numbers without quotes": (lambda card: card.update(numbers=[120]), "numbers.*quotes"),
    "a number of somebody else": (lambda card: card.update(numbers=["120", "12345"]), "numbers"),
    "a private number": (lambda card: card.update(numbers=["13812345678"]), "numbers"),
    "a number twice": (lambda card: card.update(numbers=["120", "120"]), "once"),
    "a number in a table": (lambda card: card.update(numbers=[{"number": "120"}]), "numbers"),
    "a first number that is not always answered": (lambda card: card.update(numbers=["12356", "120"]), "first of numbers"),
    "no review": (lambda card: card.pop("review"), "review"),
    "a review of nothing": (lambda card: card.update(review=" "), "review"),
    "no source": (lambda card: card.update(sources=[]), "sources"),
    "a source without a name": (lambda card: card.update(sources=[{"url": "https://example.org"}]), "sources"),
    "a link that is none": (lambda card: card.update(sources=[{"name": "x", "url": "javascript:alert(1)"}]), "https"),
    "facts in one line": (lambda card: card.update(facts="H-12"), "facts"),
    "a confidence nobody knows": (lambda card: card.update(confidence="sure"), "confidence"),
    "no Chinese": (lambda card: card.pop("zh"), "zh"),
    "no English": (lambda card: card.pop("en"), "en is missing"),
    "no title": (lambda card: card["zh"].pop("title"), r"zh\.title"),
    "a step that is empty": (lambda card: card["zh"].update(steps=["挪到阴凉处。", ""]), r"zh\.steps"),
    "steps in one line": (lambda card: card["en"].update(steps="Cool them."), r"en\.steps"),
    "a first line without the number": (lambda card: card["zh"].update(first="快打电话。"), r"zh\.first.*120"),
    "a first line with another number": (lambda card: card["en"].update(first="Call 1200 first."), r"en\.first.*120"),
    "no place to read aloud": (lambda card: card["zh"].update(read_aloud="喂,120 吗?"), r"read_aloud"),
    "another mark to fill in": (lambda card: card["zh"].update(read_aloud="我在{place},我叫{name}。"), r"read_aloud"),
    "a mark that reaches inside": (lambda card: card["en"].update(read_aloud="{place} {place.__class__}"), r"read_aloud"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_card_with_something_wrong_is_refused_and_the_key_is_named(tmp_path: Path, what: str) -> None:
    change, said = WRONG[what]
    held = yaml.safe_load((SHIPPED / "heat.yaml").read_text(encoding="utf-8"))
    change(held)
    path = tmp_path / "heat.yaml"
    path.write_text(yaml.safe_dump(held, allow_unicode=True), encoding="utf-8")
    with pytest.raises(LibraryError, match=said) as refused:
        read_cards(tmp_path)
    (fault,) = refused.value.faults
    assert fault.file == "cards/heat.yaml"
    assert "docs/library.md" in fault.remedy


@pytest.mark.parametrize(
    ("text", "line"),
    [("id: heat\nnumbers: [\n", 3), ("id: heat\n\tnumbers: 1\n", 2), ("- just\n- a list\n", 1), ("{[a]: 1}: 2\n", 1)],
)
def test_broken_yaml_is_a_fault_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "heat.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as refused:
        read_cards(tmp_path)
    assert [(fault.file, fault.line) for fault in refused.value.faults] == [("cards/heat.yaml", line)]


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"", b"\x00\x01", "[" * 5_000], ids=["not UTF-8", "empty", "bytes", "deep"])
def test_a_file_that_is_no_card_at_all_is_a_fault(tmp_path: Path, raw: bytes | str) -> None:
    (tmp_path / "heat.yaml").write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(LibraryError):
        read_cards(tmp_path)


def test_a_card_in_a_file_of_another_name_is_refused_and_all_faults_come_at_once(tmp_path: Path) -> None:
    write_card(tmp_path, "heat").rename(tmp_path / "cards" / "hot.yaml")
    write_card(tmp_path, "fire", numbers=["119", "999"])
    with pytest.raises(LibraryError) as refused:
        read_cards(tmp_path / "cards")
    assert [fault.file for fault in refused.value.faults] == ["cards/fire.yaml", "cards/hot.yaml"]


@pytest.mark.parametrize("held", ["", "{", "[1]", '{"id": "heat"}', '[{"id": "heat"}]', '[{"id": "heat", "texts": []}]', "null"])
def test_json_that_holds_no_cards_is_a_value_error(held: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the kind is the contract
        load_cards(held)


def test_a_lane_shows_the_cards_it_is_given_over_the_shipped_ones(tmp_path: Path) -> None:
    own_heat(tmp_path)
    lane = EmergencyLane(Recogniser.load()).with_cards(read_cards(tmp_path / "cards"))
    found, other = lane.card_for(HEAT), lane.card_for("有人掉河里了不会游泳")
    assert found is not None and other is not None
    assert found.texts["zh"].first == OWN
    assert other == shipped_cards()["drown"]


# --- a release ---


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return write_library(tmp_path / "library")


def test_a_release_shows_its_librarys_cards_and_the_shipped_ones_beside_them(home: House, library: Path) -> None:
    own_heat(library)
    version = home.reload(library)
    assert CARDS in Manifest.load(home.folder / version).files
    assistant = home.assistant()
    assert first_line(assistant) == OWN
    assert first_line(assistant, "有人掉河里了不会游泳") == shipped_cards()["drown"].texts["zh"].first


def test_a_library_without_cards_makes_a_release_without_them_and_the_shipped_ones_are_shown(home: House, library: Path) -> None:
    version = home.reload(library)
    assert not (home.folder / version / CARDS).exists()
    assert first_line(home.assistant()) == shipped_cards()["heat"].texts["zh"].first


def test_a_running_assistant_takes_over_changed_cards_and_gives_them_back(home: House, library: Path) -> None:
    before = home.reload(library)
    assistant = home.assistant()
    own_heat(library)
    built = home.reloader.build(library)
    assert built.difference.added == ("cards/heat",)
    home.reloader.activate(built.manifest.version)
    assert assistant.follow()
    assert first_line(assistant) == OWN
    own_heat(library, "打 120,再改一回。")
    assert home.reloader.build(library).difference.changed == ("cards/heat",)
    home.reloader.roll_back(before)
    assert assistant.follow()
    assert first_line(assistant) == shipped_cards()["heat"].texts["zh"].first


def test_a_library_with_a_broken_card_does_not_go_live_and_its_other_faults_are_named_with_it(home: House, library: Path) -> None:
    home.reload(library)
    assistant = home.assistant()
    write_card(library, "heat", numbers=["120", "10086"])
    (library / "policies" / "pay-free.md").write_text("no front matter", encoding="utf-8")
    (library / "clarifications.yaml").write_text("- {subject: 1}", encoding="utf-8")
    with pytest.raises(LibraryError) as refused:
        home.reloader.build(library)
    files = [fault.file for fault in refused.value.faults]
    assert {"cards/heat.yaml", "clarifications.yaml"} < set(files)
    assert any("pay-free" in file for file in files)
    assert assistant.follow() is False
    assert first_line(assistant) == shipped_cards()["heat"].texts["zh"].first
    assert home.leftovers() == []


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_cards_of_a_release_give_way_to_the_shipped_ones(home: House, library: Path, kind: str) -> None:
    own_heat(library)
    version = home.reload(library)
    rewrite(home.folder / version / CARDS, DAMAGE[kind])
    assistant = home.assistant()
    assert assistant.release == version
    assert first_line(assistant) == shipped_cards()["heat"].texts["zh"].first
    with pytest.raises(ReleaseDamaged, match=CARDS):
        home.reloader.repair(version)


def test_cards_that_a_newer_program_would_refuse_give_way_to_the_shipped_ones(home: House, library: Path) -> None:
    own_heat(library)
    version = home.reload(library)
    held = json.loads((home.folder / version / CARDS).read_text(encoding="utf-8"))
    held[0]["numbers"] = ["95598"]
    (home.folder / version / CARDS).write_text(json.dumps(held), encoding="utf-8")
    manifest_path = home.folder / version / "manifest.json"
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    manifest_path.write_text(json.dumps(manifest | {"files": checksums(home.folder / version)}), encoding="utf-8")
    assert first_line(home.assistant()) == shipped_cards()["heat"].texts["zh"].first


def test_mending_a_release_keeps_its_cards(home: House, library: Path) -> None:
    own_heat(library)
    version = home.reload(library)
    (home.folder / version / "units.grams.npz").unlink()
    home.reloader.repair(version)
    assert read_any_cards(home.folder / version)["heat"].texts["zh"].first == OWN
    assert Manifest.load(home.folder / version).damaged(home.folder / version) == []


def test_a_question_about_what_a_card_of_the_library_is_about_is_answered_with_its_number(home: House, library: Path) -> None:
    """`Answer.safety`: the card's first number, where the library knows whose it is."""
    write_policy(library, "hotline-120", "120 急救电话", "急救打 120。", "急救电话是多少", topic="hotline")
    write_policy(
        library, "heat-signs", "中暑的样子", "头晕、恶心、走不稳,就是中暑了。", "中暑有什么表现", "怎么看出是中暑",
        extra="facts: [H-14]\n"
    )  # fmt: skip
    home.reload(library)
    reply = ask(home.assistant(), "中暑有什么表现")
    assert isinstance(reply, Answer)
    assert reply.safety == ("120",)
    assert "hotline-120" in {citation.policy for citation in reply.citations}
    other = ask(home.assistant(), "仲裁收费吗")
    assert isinstance(other, Answer)
    assert other.safety == ()

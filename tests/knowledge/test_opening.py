"""Whatever happened to a release's files: the process lives, answers by characters and sounds, and mends what can be mended."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.app import application, open_or_build
from bot.settings import load_settings
from knowledge import Assistant
from knowledge.errors import NoRelease, ReleaseDamaged
from knowledge.model import Answer, Reply
from knowledge.policies import read_library
from knowledge.releases import CLARIFICATIONS, GLOSSARY, MANIFEST, POLICIES, Manifest
from knowledge.retrieval import POSTINGS
from tests.knowledge.housing import DAMAGE, House, ask, clone, found, rewrite
from tests.knowledge.writing import write_library

VERSION = "20260101-000000"
REBUILDABLE = [f"{name}.npz" for name in POSTINGS]
TRUTH = [GLOSSARY, CLARIFICATIONS]


@pytest.fixture(scope="module")
def questions(part_library: Path) -> list[str]:
    """One ask of every third policy: what riders of this library type."""
    day = date(2026, 11, 21)
    return [policy.asks[0] for policy in read_library(part_library) if policy.asks and policy.in_force(day)][::3]


@pytest.fixture
def part(home: House, part_release: Path) -> House:
    """A house on the larger release."""
    clone(part_release, home.folder, VERSION)
    home.reloader.activate(VERSION)
    return home


@pytest.fixture(scope="module")
def vector_files(part_release: Path) -> list[str]:
    return sorted(path.relative_to(part_release).as_posix() for path in (part_release / "vectors").rglob("*") if path.is_file())


def replies(assistant: Assistant, questions: list[str]) -> list[Reply]:
    return [ask(assistant, question) for question in questions]


def whole(house: House) -> bool:
    folder = house.folder / VERSION
    return Manifest.load(folder).damaged(folder) == []


def test_a_whole_release_answers_with_vectors(part: House, questions: list[str]) -> None:
    assistant = part.assistant()
    before = assistant.has_vectors
    assert assistant.warm_up(heal=False)
    assert (before, assistant.has_vectors) == (False, True)
    assert assistant.release == VERSION
    assert sum(isinstance(reply, Answer) for reply in replies(assistant, questions)) > len(questions) / 2


def test_the_larger_release_has_the_graph_files_of_chroma(vector_files: list[str]) -> None:
    assert sum(name.endswith(".bin") for name in vector_files) >= 4  # else the damage below would miss them
    assert "vectors/chroma.sqlite3" in vector_files


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", [*REBUILDABLE, *TRUTH])
def test_a_damaged_file_leaves_lexical_answers(part: House, questions: list[str], name: str, kind: str) -> None:
    rewrite(part.folder / VERSION / name, DAMAGE[kind])
    assistant = part.assistant()
    assert assistant.release == VERSION
    assert sum(isinstance(reply, Answer) for reply in replies(assistant, questions[:8])) >= 1


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_vectors_are_not_opened_and_answers_go_on_without(
    home: House, part_release: Path, questions: list[str], vector_files: list[str], kind: str
) -> None:
    for number, name in enumerate(vector_files):
        version = f"v{number}"
        if kind != "deleted" and (part_release / name).stat().st_size == 0:
            continue  # nothing in it to damage
        clone(part_release, home.folder, version)
        home.reloader.activate(version)
        rewrite(home.folder / version / name, DAMAGE[kind])
        assistant = home.assistant()
        assert assistant.warm_up(heal=False) is False, name
        assert not assistant.has_vectors
        assert found(assistant, questions[0])


def test_vectors_that_are_gone_altogether_leave_lexical_answers(part: House, questions: list[str]) -> None:
    shutil.rmtree(part.folder / VERSION / "vectors")
    assistant = part.assistant()
    assert assistant.warm_up(heal=False) is False
    assert found(assistant, questions[0])


@pytest.mark.parametrize("name", REBUILDABLE)
def test_postings_built_anew_answer_as_the_lost_ones_did(part: House, questions: list[str], name: str) -> None:
    before = replies(part.assistant(), questions)
    rewrite(part.folder / VERSION / name, DAMAGE["garbled"])
    assert replies(part.assistant(), questions) == before


@pytest.mark.parametrize("kind", ["garbled", "deleted"])
def test_warming_up_mends_every_index_and_answers_are_as_before(
    part: House, questions: list[str], vector_files: list[str], kind: str
) -> None:
    sound = part.assistant()
    assert sound.warm_up(heal=False)
    before = replies(sound, questions)
    for name in (*REBUILDABLE, *vector_files):
        rewrite(part.folder / VERSION / name, DAMAGE[kind])
    assistant = part.assistant()
    assert assistant.warm_up() is True
    assert assistant.has_vectors
    assert assistant.release == VERSION
    assert whole(part)
    assert part.leftovers() == []
    assert replies(assistant, questions) == before
    assert part.assistant().warm_up(heal=False)


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", TRUTH)
def test_mending_never_passes_off_a_release_without_its_word_lists_as_whole(part: House, name: str, kind: str) -> None:
    """Glossary and clarifications cannot be rebuilt from the policies: mending must refuse, not forget them."""
    rewrite(part.folder / VERSION / name, DAMAGE[kind])
    with pytest.raises(ReleaseDamaged):
        part.reloader.repair(VERSION)
    assistant = part.assistant()
    assistant.warm_up()
    assert assistant.release == VERSION
    assert not whole(part)
    assert found(assistant, "高温津贴")


@pytest.mark.parametrize("kind", DAMAGE)
def test_lost_policies_cannot_be_opened_or_mended(part: House, kind: str) -> None:
    running = part.assistant()
    rewrite(part.folder / VERSION / POLICIES, DAMAGE[kind])
    with pytest.raises(ReleaseDamaged):
        part.assistant()
    with pytest.raises(ReleaseDamaged):
        part.reloader.repair(VERSION)
    assert found(running, "高温津贴")  # what is in memory answers on


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_lost_manifest_is_noticed_and_a_running_assistant_answers_on(part: House, kind: str) -> None:
    running = part.assistant()
    rewrite(part.folder / VERSION / MANIFEST, DAMAGE[kind])
    with pytest.raises((NoRelease, ReleaseDamaged)):
        part.assistant()
    assert running.follow() is False
    assert found(running, "高温津贴")


def test_a_release_that_calls_itself_by_another_name_is_damage(home: House, small_release: Path) -> None:
    clone(small_release, home.folder, "v1")
    (home.folder / "v1").replace(home.folder / "v2")
    home.releases.activate("v2", Manifest.load(home.folder / "v2").made_at, 3, 3)
    with pytest.raises(ReleaseDamaged):
        home.assistant()


@pytest.mark.parametrize("name", [POLICIES, MANIFEST])
@pytest.mark.parametrize("kind", ["garbled", "deleted"])
def test_at_the_next_start_a_lost_release_is_built_from_the_library_again(
    tmp_path: Path, small_release: Path, name: str, kind: str
) -> None:
    settings = load_settings(data=tmp_path / "data")
    write_library(settings.library)
    clone(small_release, settings.releases, VERSION)
    with application(settings) as app:
        app.reloader.activate(VERSION)
        rewrite(settings.releases / VERSION / name, DAMAGE[kind])
        open_or_build(app)
        assert app.assistant.release not in {"", VERSION}
        assert app.assistant.warm_up(heal=False)
        assert found(app.assistant, "仲裁收费吗") == "申请劳动仲裁不收费。"


def test_without_any_release_opening_says_so(home: House) -> None:
    assistant = home.assistant(opened=False)
    with pytest.raises(NoRelease):
        assistant.open()
    assert assistant.warm_up() is False
    assert assistant.follow() is False
    assert assistant.release == ""
    with pytest.raises(NoRelease):
        ask(assistant, "高温津贴")


def test_opening_a_version_that_is_not_there_keeps_the_one_that_answers(part: House) -> None:
    assistant = part.assistant()
    with pytest.raises(NoRelease):
        assistant.open("20000101-000000")
    assert assistant.release == VERSION

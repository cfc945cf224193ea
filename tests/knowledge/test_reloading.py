"""A reload is a transaction: built beside, swapped, kept, taken back; whatever goes wrong, the old version answers on."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge import Assistant, Reloader
from knowledge.errors import Busy, LibraryError, NoRelease, ReleaseDamaged, ReleaseError
from knowledge.releases import Manifest
from knowledge.reloading import KEPT
from tests.knowledge.housing import NOON, House, clone, found, garble, house, rewrite
from tests.knowledge.writing import NEWER, OLDER, write_library, write_policy

QUESTION = "多少度可以不出工"
OLD, NEW = OLDER, NEWER


def told(assistant: Assistant) -> str:
    return found(assistant, QUESTION)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return write_library(tmp_path / "library")


@pytest.fixture
def living(home: House, small_release: Path) -> House:
    """A house whose live version says OLD."""
    clone(small_release, home.folder, "20260101-000000")
    home.reloader.activate("20260101-000000")
    return home


class Children:
    """The child processes this process starts, newest last."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[Any]] = []

    def kill(self) -> None:
        """kill -9 of the newest, waiting until it is gone."""
        child = self.started[-1]
        assert child.poll() is None, "the child had ended before it could be killed"
        child.kill()


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Children:
    kept = Children()

    class Noted(subprocess.Popen[Any]):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            kept.started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return kept


# --- building and swapping ---


def test_a_built_release_is_not_live_until_it_is_activated(living: House, library: Path) -> None:
    assistant = living.assistant()
    write_library(library, NEW)
    built = living.reloader.build(library)
    assert living.reloader.active() == "20260101-000000"
    assert assistant.follow() is False
    assert told(assistant) == OLD
    living.reloader.activate(built.manifest.version)
    assert assistant.follow() is True
    assert told(assistant) == NEW
    assert assistant.release == built.manifest.version
    assert assistant.has_vectors


def test_building_says_how_far_it_is(home: House, library: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    home.reloader.build(library, lambda *step: steps.append(step))
    assert list(dict.fromkeys(step for step, _, _ in steps)) == ["read", "index", "embed"]
    assert all(0 <= done <= total for _, done, total in steps)
    assert steps[-1][1] == steps[-1][2] > 0


def test_a_built_release_says_what_it_changes(living: House, library: Path) -> None:
    write_library(library, NEW)
    write_policy(library, "cold-wear", "冷天穿什么", "多穿一层。", topic="cold")
    (library / "policies" / "pay-free.md").unlink()
    difference = living.reloader.build(library).difference
    assert (difference.added, difference.changed, difference.withdrawn) == (("cold-wear",), ("heat-stop-work",), ("pay-free",))


def test_the_first_release_adds_everything(home: House, library: Path) -> None:
    built = home.reloader.build(library)
    assert len(built.difference.added) == built.manifest.policies == 3
    assert built.manifest.damaged(home.folder / built.manifest.version) == []


def test_two_releases_of_one_second_have_different_names(home: House, library: Path, small_release: Path) -> None:
    clone(small_release, home.folder, "20261121-040000")
    standing_still = Reloader(home.folder, home.releases, lambda: NOON)
    assert standing_still.build(library).manifest.version == "20261121-040000-2"


def test_an_unwanted_release_is_thrown_away_and_the_live_one_never(living: House, small_release: Path) -> None:
    clone(small_release, living.folder, "unwanted")
    living.reloader.discard("unwanted")
    living.reloader.discard("20260101-000000")
    assert [path.name for path in living.folder.iterdir() if path.is_dir()] == ["20260101-000000"]


# --- keeping and going back ---


def test_five_versions_are_kept_and_older_ones_are_removed_with_their_files(home: House, small_release: Path) -> None:
    names = [f"v{n}" for n in range(8)]
    for name in names:
        clone(small_release, home.folder, name)
        home.reloader.activate(name)
    assert [entry[0] for entry in home.reloader.versions()] == names[: -KEPT - 1 : -1]
    assert sorted(path.name for path in home.folder.iterdir() if path.is_dir()) == names[-KEPT:]
    assert [entry[0] for entry in home.reloader.versions() if entry[4]] == ["v7"]


def test_an_old_version_made_live_again_keeps_its_files(home: House, small_release: Path) -> None:
    for n in range(5):
        clone(small_release, home.folder, f"v{n}")
        home.reloader.activate(f"v{n}")
    home.reloader.roll_back("v0")
    assert Manifest.load(home.folder / "v0").version == home.reloader.active() == "v0"
    clone(small_release, home.folder, "v5")
    home.reloader.activate("v5")
    assert [entry[0] for entry in home.reloader.versions()] == ["v5", "v4", "v3", "v2", "v1"]
    assert not (home.folder / "v0").exists()


def test_going_back_without_a_name_makes_the_version_before_live(home: House, small_release: Path) -> None:
    for name in ("v1", "v2", "v3"):
        clone(small_release, home.folder, name)
        home.reloader.activate(name)
    assert home.reloader.roll_back().version == home.reloader.active() == "v2"
    assert home.reloader.roll_back().version == home.reloader.active() == "v1"
    with pytest.raises(NoRelease):
        home.reloader.roll_back()
    assert home.reloader.active() == "v1"
    assert home.reloader.roll_back("v3").version == home.reloader.active() == "v3"


def test_going_back_is_seen_by_a_running_assistant(living: House, newer_release: Path) -> None:
    clone(newer_release, living.folder, "20260202-000000")
    living.reloader.activate("20260202-000000")
    assistant = living.assistant()
    assert told(assistant) == NEW
    living.reloader.roll_back()
    assert assistant.follow()
    assert told(assistant) == OLD


@pytest.mark.parametrize("name", ["nowhere", "../data", "", "v1.new"])
def test_a_version_that_is_not_kept_cannot_be_made_live(living: House, name: str) -> None:
    with pytest.raises(NoRelease):
        living.reloader.roll_back(name)
    assert living.reloader.active() == "20260101-000000"


def test_there_is_no_way_back_where_there_was_nothing(home: House) -> None:
    with pytest.raises(NoRelease):
        home.reloader.roll_back()


def test_a_damaged_release_cannot_be_made_live(living: House, small_release: Path) -> None:
    clone(small_release, living.folder, "damaged")
    rewrite(living.folder / "damaged" / "units.grams.npz", garble)
    with pytest.raises(ReleaseDamaged):
        living.reloader.activate("damaged")
    clone(small_release, living.folder, "unfinished")
    (living.folder / "unfinished" / "manifest.json").unlink()
    with pytest.raises(NoRelease):
        living.reloader.activate("unfinished")
    assert living.reloader.active() == "20260101-000000"


def test_a_version_whose_files_are_gone_is_passed_over_when_going_back(home: House, small_release: Path) -> None:
    for name in ("v1", "v2", "v3"):
        clone(small_release, home.folder, name)
        home.reloader.activate(name)
    (home.folder / "v2" / "manifest.json").unlink()
    assert home.reloader.roll_back().version == "v1"


# --- faults ---


def put_fault(library: Path, name: str, raw: bytes) -> None:
    (library / name).parent.mkdir(parents=True, exist_ok=True)
    (library / name).write_bytes(raw)


FAULTY = {
    "policies/bad.md": b"---\nid: bad\nvalid_from: 2026-02-30\n---\nx\n",
    "glossary.tsv": "热\t高温\n".encode(),
    "clarifications.yaml": b"- term: [\n",
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_library_is_named_and_the_old_version_answers_on(living: House, library: Path, name: str) -> None:
    assistant = living.assistant()
    put_fault(library, name, FAULTY[name])
    with pytest.raises(LibraryError) as caught:
        living.reloader.build(library)
    assert {fault.file for fault in caught.value.faults} == {name}
    assert all(fault.line >= 1 and fault.what and fault.remedy for fault in caught.value.faults)
    assert living.leftovers() == []
    assert living.reloader.active() == "20260101-000000"
    assert assistant.follow() is False
    assert told(assistant) == OLD


def test_a_library_that_is_gone_is_a_fault(living: House, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no such folder"):
        living.reloader.build(tmp_path / "nowhere")
    assert living.leftovers() == []


# --- two at once, and death ---


def test_only_one_builds_at_a_time(living: House, library: Path) -> None:
    answers: list[str] = []

    def meanwhile(*step: object) -> None:
        with house(living.data) as other:
            try:
                other.reloader.build(library)
            except Busy:
                answers.append("busy")

    version = living.reloader.build(library, meanwhile).manifest.version
    assert set(answers) == {"busy"}
    assert Manifest.load(living.folder / version).damaged(living.folder / version) == []
    assert living.reloader.build(library)  # the lock is free again


def test_repairing_waits_for_nobody_either(living: House) -> None:
    with (living.folder / "build.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            living.reloader.repair("20260101-000000")
    assert Manifest.load(living.folder / "20260101-000000").damaged(living.folder / "20260101-000000") == []


def test_swapping_needs_no_lock(living: House, small_release: Path) -> None:
    clone(small_release, living.folder, "v2")
    with (living.folder / "build.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        living.reloader.activate("v2")
    assert living.reloader.active() == "v2"


MOMENTS = [("read", 0), ("read", 1), ("index", 0), ("index", 1), ("embed", 0)]


@pytest.mark.parametrize(("step", "least"), MOMENTS)
def test_killing_the_builder_leaves_the_old_version_answering_and_no_trace(
    living: House, part_library: Path, children: Children, step: str, least: int
) -> None:
    assistant = living.assistant()
    reached: list[str] = []

    def kill(now: str, done: int, total: int) -> None:
        if now == step and done >= least and not reached:
            assert now != "embed" or done < total
            reached.append(now)
            children.kill()

    with pytest.raises(ReleaseError, match="building failed"):
        living.reloader.build(part_library, kill)
    assert reached == [step]
    assert children.started[-1].returncode == -signal.SIGKILL
    assert living.leftovers() == []
    assert living.reloader.active() == "20260101-000000"
    assert assistant.follow() is False
    assert told(assistant) == OLD
    assert told(living.assistant()) == OLD


COMMAND = """
import sys
from pathlib import Path
from tests.knowledge.housing import house
with house(Path(sys.argv[1])) as home:
    home.reloader.build(Path(sys.argv[2]), lambda step, done, total: print(step, flush=True))
"""


@pytest.mark.parametrize("step", ["index", "embed"])
def test_killing_the_process_that_reloads_leaves_the_old_version_and_the_next_build_sweeps_up(
    living: House, library: Path, part_library: Path, step: str
) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(living.data), str(part_library)], stdout=subprocess.PIPE, text=True, cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)}, start_new_session=True,
    ) as process:  # fmt: skip
        for line in lines(process):
            if line.strip() == step:
                os.killpg(process.pid, signal.SIGKILL)  # the machine goes dark: parent and child at once
                break
    assert process.returncode == -signal.SIGKILL
    left = living.leftovers()
    assert all(name.endswith(".new") for name in left)
    assert left
    assert told(living.assistant()) == OLD
    write_library(library, NEW)
    living.reload(library)
    assert living.leftovers() == []
    assert told(living.assistant()) == NEW


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    return iter(process.stdout)


def test_leavings_of_every_kind_are_swept_and_versions_are_not(living: House, library: Path, small_release: Path) -> None:
    for name in ("20250101-000000.new", "20260101-000000.mended", "20250101-000000.broken"):
        clone(small_release, living.folder, name)
    living.reloader.build(library)
    assert {path.name for path in living.folder.iterdir() if "." in path.name} == {"build.lock"}
    assert (living.folder / "20260101-000000").is_dir()

"""The front door: several threads, releases swapped under them, gaps without people."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.app import open_chroma
from knowledge import Assistant, Question
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.emergency.cards import shipped_cards
from knowledge.errors import EmbeddingError, ReleaseDamaged
from knowledge.model import Answer, Clarification, Refusal, Replied, SmallTalk, StationWish
from knowledge.ports import Embedder, Matrix
from knowledge.testing import InMemoryGaps
from tests.knowledge.housing import NOON, House, ask, clone, found, said
from tests.knowledge.writing import NEWER, OLDER

QUESTION = "多少度可以不出工"
TEXTS = {"v1": OLDER, "v2": NEWER}


@pytest.fixture
def two(home: House, small_release: Path, newer_release: Path) -> House:
    """A house with two versions, v1 live."""
    clone(small_release, home.folder, "v1")
    clone(newer_release, home.folder, "v2")
    home.reloader.activate("v2")
    home.reloader.activate("v1")
    return home


def test_many_threads_ask_while_releases_are_swapped_and_each_sees_one_release(two: House) -> None:
    assistant = two.assistant()
    assistant.warm_up()
    over = threading.Event()
    seen: set[str] = set()

    def keep_asking() -> int:
        asked = 0
        while not over.is_set() or asked < 20:
            replied = assistant.answer(Question(QUESTION, NOON))
            seen.add(replied.release)
            if isinstance(replied.reply, Answer):
                assert said(replied.reply) == TEXTS[replied.release]
            assert found(assistant, QUESTION) in TEXTS.values()
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(keep_asking) for _ in range(4)]
        try:
            for swap in range(12):
                two.reloader.activate(("v2", "v1")[swap % 2])
                assert assistant.follow()
        finally:
            over.set()
        assert all(one.result(timeout=60) >= 20 for one in running)
    assert seen == {"v1", "v2"}
    assert assistant.has_vectors


def test_several_threads_may_warm_up_at_once(two: House) -> None:
    assistant = two.assistant()
    with ThreadPoolExecutor(4) as pool:
        assert all(one.result(timeout=60) for one in [pool.submit(assistant.warm_up) for _ in range(4)])


def test_mending_an_old_release_does_not_push_out_a_newer_one(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = two.assistant()
    (two.folder / "v1" / "units.grams.npz").unlink()
    assistant.open("v1")
    repair = two.reloader.repair

    def repair_slowly(version: str) -> None:
        repair(version)
        two.reloader.activate("v2")
        assistant.open("v2")  # another thread took over v2 in the meantime

    monkeypatch.setattr(two.reloader, "repair", repair_slowly)
    assistant.warm_up()
    assert assistant.release == "v2"


def test_following_where_nothing_changed_does_nothing(two: House) -> None:
    assistant = two.assistant()
    assert assistant.follow() is False
    assert assistant.release == "v1"


def test_a_version_that_cannot_be_opened_is_not_taken_over(two: House) -> None:
    assistant = two.assistant()
    two.reloader.activate("v2")
    (two.folder / "v2" / "policies.jsonl").unlink()
    assert assistant.follow() is False
    assert assistant.release == "v1"
    assert found(assistant, QUESTION) == TEXTS["v1"]


def test_an_embedding_model_that_cannot_be_read_leaves_lexical_answers(two: House, tmp_path: Path) -> None:
    def broken() -> Embedder:
        return StaticEmbedder(tmp_path / "no-model")

    assistant = Assistant(two.reloader, two.releases, InMemoryGaps(), broken, open_chroma)
    two.assistants.append(assistant)
    assistant.open()
    with pytest.raises(EmbeddingError):
        assistant.warm_up()
    assert found(assistant, QUESTION) == TEXTS["v1"]
    assert not assistant.has_vectors
    two.reloader.activate("v2")
    assistant.follow()
    assert found(assistant, QUESTION) == TEXTS["v2"]


def test_closing_leaves_no_thread_and_no_copy_behind(two: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(copies))
    before = set(threading.enumerate())
    assistant = two.assistant()
    assistant.warm_up()
    two.reloader.activate("v2")
    assert assistant.follow()
    assert list(copies.iterdir())
    assistant.close()
    assistant.close()
    assert list(copies.iterdir()) == []
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=2)  # far less than the grace of a release that was swapped out
        assert not thread.is_alive()


def test_a_refusal_is_noted_once_without_the_person(two: House) -> None:
    gaps = InMemoryGaps()
    assistant = Assistant(two.reloader, two.releases, gaps, StaticEmbedder, open_chroma)
    question = Question("我叫张三电话13812345678,彩票开什么号", NOON)
    replied = Replied(Refusal("no_ground"), "v1", 0.0)  # type: ignore[arg-type]
    assert assistant.record_gap("r1", question, replied)
    assert assistant.record_gap("r1", question, replied)
    ((request, kept),) = gaps.recorded.items()
    assert (request, kept.reason, kept.asked_at) == ("r1", "no_ground", NOON)
    assert "13812345678" not in kept.question
    assert "彩票" in kept.question


@pytest.mark.parametrize(
    "reply",
    [Answer((), ()), SmallTalk("greeting"), StationWish("驿站"), Clarification("x"), shipped_cards()["heat"]],
    ids=lambda reply: type(reply).__name__,
)
def test_only_a_refusal_is_a_gap(two: House, reply: Answer | SmallTalk) -> None:
    gaps = InMemoryGaps()
    assistant = Assistant(two.reloader, two.releases, gaps, StaticEmbedder, open_chroma)
    assert not assistant.record_gap("r1", Question("问", NOON), Replied(reply, "v1", 0.0))
    assert gaps.recorded == {}


def test_an_answer_says_which_release_it_stands_on_and_how_long_it_took(two: House) -> None:
    replied = two.assistant().answer(Question(QUESTION, NOON))
    assert replied.release == "v1"
    assert replied.seconds > 0
    assert ask(two.assistant(), "") == SmallTalk("empty")


class FailingIndex:
    """An `Index` that opens and answers once, for the probe, and fails from then on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0

    def nearest(self, vector: Matrix, count: int) -> list[tuple[int, float]]:
        self.asked += 1
        if self.asked > 1:
            raise ReleaseDamaged("the index went away")
        return [(0, 1.0)][:count]

    def close(self) -> None:
        """Nothing is held."""


def test_an_index_that_fails_in_use_costs_the_vectors_and_no_answer(two: House) -> None:
    assistant = Assistant(two.reloader, two.releases, InMemoryGaps(), StaticEmbedder, FailingIndex)
    two.assistants.append(assistant)
    assistant.open()
    assert assistant.warm_up(heal=False)
    assistant.answer(Question(QUESTION, NOON))
    assert not assistant.has_vectors
    assert found(assistant, QUESTION) == OLDER

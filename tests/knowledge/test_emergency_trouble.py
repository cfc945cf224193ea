"""Everything broken: no release, a database that is closed or rubbish, indexes that are rubbish. The card comes all the same."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.app import open_chroma
from knowledge import Assistant, Question, Reloader
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.emergency.cards import shipped_cards
from knowledge.errors import KnowledgeError, NoRelease
from knowledge.model import EmergencyCard, Location
from knowledge.store import GapRows, ReleaseRows
from tests.knowledge.housing import NOON, House, clone, garble, rewrite

DANGER = "有个骑手晕倒在路边叫不醒"


def assert_cards_come(assistant: Assistant) -> None:
    """A card at once, for a first message, for what follows, and through `answer`."""
    first = assistant.emergency(DANGER)
    assert first is not None and isinstance(first.reply, EmergencyCard)
    assert first.reply.numbers[0] == "120"
    assert first.reply.texts == shipped_cards()[first.reply.id].texts
    after = assistant.emergency("在桥底下", (DANGER,))
    assert after is not None and isinstance(after.reply, EmergencyCard)
    assert after.reply.place == "桥底下"
    assert isinstance(assistant.answer(Question(DANGER, NOON, (), Location(31.8, 117.2))).reply, EmergencyCard)
    assert assistant.emergency("高温津贴多少钱") is None


@pytest.fixture
def living(home: House, small_release: Path) -> House:
    clone(small_release, home.folder, "v1")
    home.reloader.activate("v1")
    return home


def test_before_there_is_any_release(home: House) -> None:
    assistant = home.assistant(opened=False)
    assert_cards_come(assistant)
    with pytest.raises(NoRelease):
        assistant.answer(Question("高温津贴多少钱", NOON))


def test_in_a_data_folder_that_does_not_exist_with_a_database_nobody_can_open(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'redstation.db'}")
    releases = ReleaseRows(engine)
    assistant = Assistant(Reloader(tmp_path / "nowhere", releases), releases, GapRows(engine), StaticEmbedder, open_chroma)
    assert_cards_come(assistant)
    assistant.close()


def test_with_the_database_gone_under_it(living: House) -> None:
    assistant = living.assistant()
    living.engine.dispose()
    for path in living.data.glob("redstation.db*"):
        path.unlink()
    assert_cards_come(assistant)


def test_with_a_database_full_of_rubbish(living: House) -> None:
    assistant = living.assistant()
    living.engine.dispose()
    for path in living.data.glob("redstation.db*"):
        path.unlink()
    (living.data / "redstation.db").write_bytes(b"\x5a" * 100_000)
    assert_cards_come(assistant)


def test_with_every_file_of_the_release_garbled_before_it_is_opened(living: House) -> None:
    for path in [path for path in (living.folder / "v1").rglob("*") if path.is_file()]:
        rewrite(path, garble)
    assistant = living.assistant(opened=False)
    with pytest.raises(KnowledgeError):
        assistant.open()
    assert_cards_come(assistant)


def test_with_the_vectors_garbled_while_they_are_in_use(living: House) -> None:
    assistant = living.assistant()
    assert assistant.warm_up(heal=False)
    for path in [path for path in (living.folder / "v1" / "vectors").rglob("*") if path.is_file()]:
        rewrite(path, garble)
    assert_cards_come(assistant)


def test_after_it_was_closed(living: House) -> None:
    assistant = living.assistant()
    assistant.close()
    assert_cards_come(assistant)


def test_while_somebody_holds_the_lock_under_which_releases_are_swapped(living: House) -> None:
    assistant = living.assistant()
    with assistant._changing:
        shown = threading.Thread(target=assert_cards_come, args=(assistant,))
        shown.start()
        shown.join(timeout=20)
        assert not shown.is_alive()


def test_no_file_is_opened_to_show_a_card(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = home.assistant(opened=False)

    def refused(*_: object, **__: object) -> None:
        raise OSError("no file may be opened now")

    monkeypatch.setattr("builtins.open", refused)
    monkeypatch.setattr("io.open", refused)
    monkeypatch.setattr("os.open", refused)
    card = assistant.emergency("wo bei che zhuang le tui dong bu liao")
    follows = assistant.emergency("三楼", (DANGER,))
    monkeypatch.undo()
    assert card is not None
    assert follows is not None

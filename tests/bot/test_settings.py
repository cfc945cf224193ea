"""Settings: the page that documents them is true, defaults work when written out, and a bad value ends in one clear line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings, settings_page
from tests.bot.commands import ROOT, redstation

PAGE = ROOT / "docs" / "settings.md"
ROW = re.compile(r"^\| `(REDSTATION_\w+)` \| `([^`]*)` \| (.+) \|$", re.MULTILINE)


@pytest.fixture(autouse=True)
def in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # a developer's .env must not decide what tests see


def test_the_page_is_what_the_command_prints() -> None:
    assert redstation("settings").out == PAGE.read_text(encoding="utf-8"), "write it anew: redstation settings > docs/settings.md"


def test_the_page_has_a_sentence_for_every_setting() -> None:
    rows = ROW.findall(settings_page())
    assert [name for name, _, _ in rows] == [f"REDSTATION_{name.upper()}" for name in Settings.model_fields]
    assert all(meaning.endswith(".") for _, _, meaning in rows)


@pytest.mark.parametrize(("name", "shown"), [row[:2] for row in ROW.findall(PAGE.read_text(encoding="utf-8"))])
def test_a_default_may_be_written_out_as_the_page_shows_it(monkeypatch: pytest.MonkeyPatch, name: str, shown: str) -> None:
    untouched = load_settings()
    monkeypatch.setenv(name, shown)
    assert load_settings() == untouched


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDSTATION_PORT", "acht"),
        ("REDSTATION_PORT", "0"),
        ("REDSTATION_PORT", "65536"),
        ("REDSTATION_PORT", ""),
        ("REDSTATION_FOLLOW_EVERY", "bald"),
        ("REDSTATION_CONVERSATION_KEPT", "one day"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run", "versions"])
def test_a_bad_value_is_named_in_one_line(tmp_path: Path, command: str, name: str, value: str) -> None:
    done = redstation(command, "--data", tmp_path / "data", settings={name: value})
    assert (done.status, done.out) == (2, "")
    assert name in done.complaint
    assert repr(value) in done.complaint
    assert not (tmp_path / "data").exists()


def test_an_option_outranks_the_environment_and_the_environment_outranks_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("REDSTATION_PORT=1001\nREDSTATION_HOST=127.0.0.2\n", encoding="utf-8")
    monkeypatch.setenv("REDSTATION_PORT", "1002")
    assert load_settings().port == 1002
    assert load_settings(port=1003).port == 1003
    assert load_settings(port=None).host == "127.0.0.2"


def test_a_bad_option_is_named_like_its_setting() -> None:
    with pytest.raises(SettingsError, match=r"REDSTATION_PORT=99999: .*65535"):
        load_settings(port=99999)


@pytest.mark.parametrize("written", ["PT12H", "12:00:00"])
def test_durations_are_read_as_iso_8601_or_as_hours(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("REDSTATION_CONVERSATION_KEPT", written)
    assert load_settings().conversation_kept == timedelta(hours=12)

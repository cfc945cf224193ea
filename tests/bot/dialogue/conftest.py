"""Riders, a town, and a clock that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import Application
from tests.bot.dialogue.housing import ManualClock, Rider, data_folder, opened

Meet = Callable[..., Rider]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def folder(shipped_data: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, on the shipped release."""
    return data_folder(shipped_data, tmp_path / "data")


@pytest.fixture
def app(folder: Path, clock: ManualClock) -> Iterator[Application]:
    """The application in the town; lexical answers do."""
    with opened(folder, clock) as running:
        yield running


@pytest.fixture
def meet(app: Application) -> Meet:
    """`meet("tg:1")`: the rider of that conversation."""
    known: dict[tuple[str, str], Rider] = {}

    def met(conversation: str = "tg:1001", language: str = "zh") -> Rider:
        return known.setdefault((conversation, language), Rider(app, conversation, language))

    return met

"""What every test may use: the shipped library, built once a session, and a guard that keeps tests on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot.app import Application, application, open_or_build
from bot.settings import load_settings
from knowledge import Assistant
from tests.guarding import Guard

for name in [name for name in os.environ if name.startswith("REDSTATION_")]:
    del os.environ[name]  # a developer's own settings must not decide what tests see

GUARD = Guard()
sys.addaudithook(GUARD.watch)  # sees every socket of this process; audit hooks stay until it ends

Opened = Callable[[Path], AbstractContextManager[Application]]


@pytest.fixture(autouse=True)
def guard() -> Iterator[Guard]:
    """Fails the test that tried to reach beyond loopback, even where the code under test swallowed the refusal."""
    GUARD.refused.clear()
    yield GUARD
    assert GUARD.refused == [], f"tests may not reach the network: {GUARD.refused}"


@pytest.fixture(scope="session")
def shipped_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped library, built and live. Not to be changed: copy it to break it."""
    data = tmp_path_factory.mktemp("shipped")
    with application(load_settings(data=data)) as app:
        open_or_build(app)
    return data


@pytest.fixture(scope="session")
def shipped(shipped_data: Path) -> Iterator[Application]:
    """The application on the shipped library, vectors and all. Not to be changed."""
    with application(load_settings(data=shipped_data)) as app:
        app.assistant.open()
        assert app.assistant.warm_up(heal=False)
        yield app


@pytest.fixture(scope="session")
def assistant(shipped: Application) -> Assistant:
    """The assistant on the shipped library."""
    return shipped.assistant

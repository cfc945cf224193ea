"""A small data folder for tests of the command line that change what is in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.app import application, open_or_build, shipped_library
from bot.settings import load_settings
from tests.bot.commands import copied

KEPT = ("heat-*.md", "hotline-*.md", "pay-*.md")


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with some forty shipped policies, built and live. Not to be changed."""
    data = tmp_path_factory.mktemp("small")
    policies = data / "library" / "policies"
    policies.mkdir(parents=True)
    for path in (path for pattern in KEPT for path in (shipped_library() / "policies").glob(pattern)):
        shutil.copy(path, policies)
    with application(load_settings(data=data)) as app:
        open_or_build(app)
    return data


@pytest.fixture
def data(small_data: Path, tmp_path: Path) -> Path:
    """A small data folder of the test's own."""
    return copied(small_data, tmp_path / "data")

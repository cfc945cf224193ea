"""Ten kills in every run of the tests; `make crash` does two hundred."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.crash.telegram import MODES, small_library, trial


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("crash") / "data"
    small_library(data)
    return data


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", MODES)
def test_five_times_killed_nothing_is_lost_nothing_is_done_twice(prepared: Path, tmp_path: Path, mode: str) -> None:
    shutil.copytree(prepared, tmp_path / "data")
    verdict = trial(mode, 5, 20261121, tmp_path)
    assert verdict.faults == []
    assert verdict.figures["riders"] > 50

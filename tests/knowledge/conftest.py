"""Releases of several sizes, each built once a session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import shipped_library
from tests.knowledge.housing import House, house
from tests.knowledge.writing import NEWER, write_library

PART = (
    "heat-",
    "pay-",
    "hotline-",
    "traffic-",
    "bg-",
    "background-",
)  # about a hundred policies: enough for Chroma to write its graph


@pytest.fixture(scope="session")
def part_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the shipped library, with its glossary and clarifications. Not to be changed."""
    library = tmp_path_factory.mktemp("part") / "library"
    (library / "policies").mkdir(parents=True)
    for path in (shipped_library() / "policies").glob("*.md"):
        if path.name.startswith(PART):
            shutil.copy(path, library / "policies" / path.name)
    for path in (shipped_library() / "policies").glob("*.md"):  # those that others are superseded by
        if not (library / "policies" / path.name).exists() and f"superseded_by: {path.stem}\n" in _all_text(library):
            shutil.copy(path, library / "policies" / path.name)
    for name in ("glossary.tsv", "clarifications.yaml"):
        shutil.copy(shipped_library() / name, library / name)
    return library


def _all_text(library: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (library / "policies").glob("*.md"))


@pytest.fixture(scope="session")
def part_release(part_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished release of that part. Not to be changed: `clone` it."""
    with house(tmp_path_factory.mktemp("part-data")) as built:
        return built.folder / built.reload(part_library)


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished release of three policies. Not to be changed: `clone` it."""
    library = write_library(tmp_path_factory.mktemp("small") / "library")
    with house(tmp_path_factory.mktemp("small-data")) as built:
        return built.folder / built.reload(library)


@pytest.fixture(scope="session")
def newer_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same three policies, the first of them changed to NEWER."""
    library = write_library(tmp_path_factory.mktemp("newer") / "library", NEWER)
    with house(tmp_path_factory.mktemp("newer-data")) as built:
        return built.folder / built.reload(library)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    """An empty data folder."""
    with house(tmp_path / "data") as built:
        yield built

"""A data folder with the real parts in it: SQLite file, Reloader, Assistant, Chroma."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from bot.app import open_chroma
from bot.storage.engine import open_engine
from knowledge import Assistant, Question, Reloader
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.model import Answer, Reply
from knowledge.releases import Manifest
from knowledge.store import GapRows, ReleaseRows

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves a minute whenever it is looked at."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


@dataclass
class House:
    """One data folder."""

    data: Path
    engine: Engine
    assistants: list[Assistant] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.releases = ReleaseRows(self.engine)
        self.reloader = Reloader(self.folder, self.releases, Clock())

    @property
    def folder(self) -> Path:
        """Where releases live."""
        return self.data / "releases"

    def assistant(self, opened: bool = True) -> Assistant:
        """Another assistant on this folder; closed with the house."""
        made = Assistant(self.reloader, self.releases, GapRows(self.engine), StaticEmbedder, open_chroma)
        self.assistants.append(made)
        if opened:
            made.open()
        return made

    def reload(self, library: Path) -> str:
        """Build and make live."""
        version = self.reloader.build(library).manifest.version
        self.reloader.activate(version)
        return version

    def leftovers(self) -> list[str]:
        """What lies in the releases folder and is no version."""
        known = {entry[0] for entry in self.releases.versions()}
        return sorted(path.name for path in self.folder.iterdir() if path.name not in known and path.name != "build.lock")


@contextmanager
def house(data: Path) -> Iterator[House]:
    """A house on a folder, new or not."""
    engine = open_engine(data / "redstation.db")
    built = House(data, engine)
    try:
        yield built
    finally:
        for assistant in built.assistants:
            assistant.close()
        engine.dispose()


def clone(source: Path, folder: Path, version: str) -> None:
    """A finished release under another name, without building it again. Files are shared until `damage` replaces them."""
    shutil.copytree(source, folder / version, copy_function=os.link)
    manifest = Manifest.load(source)
    (folder / version / "manifest.json").unlink()
    replace(manifest, version=version).save(folder / version)


def rewrite(path: Path, change: Callable[[bytes], bytes | None]) -> None:
    """Replace a file's bytes, leaving other links to it as they are; None removes it."""
    changed = change(path.read_bytes())
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)


def garble(raw: bytes) -> bytes:
    """The file with every byte of its first and last third turned over."""
    third = max(1, len(raw) // 3)
    turned = bytes(byte ^ 0x5A for byte in raw)
    return turned[:third] + raw[third:-third] + turned[-third:]


def truncate(raw: bytes) -> bytes:
    """The first half of the file."""
    return raw[: len(raw) // 2]


def delete(raw: bytes) -> None:
    """No file."""


DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {"garbled": garble, "truncated": truncate, "deleted": delete}


def ask(assistant: Assistant, text: str) -> Reply:
    """What the assistant replies to a question asked at noon."""
    return assistant.answer(Question(text, NOON)).reply


def said(reply: Reply) -> str:
    """Everything an answer shows of its passages; "" for any other reply."""
    if not isinstance(reply, Answer):
        return ""
    return "\n".join(text for part in reply.parts for text in (*part.paragraphs, part.correction) if text)


def found(assistant: Assistant, text: str) -> str:
    """The passage that fits a question best: which release speaks, whether or not it is sure enough to answer."""
    return assistant.search(Question(text, NOON), 1)[0].passage.text

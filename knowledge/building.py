"""Build one release beside the live one; run as a child process, because indexing holds the interpreter for seconds.

    python -m knowledge.building --library DIR --out DIR --version NAME      from a library
    python -m knowledge.building --release DIR --out DIR --version NAME      from the policies of a damaged release

Writes JSON lines to stdout: {"step", "done", "total"} while it works, {"faults": [...]} or {"finished": version} at the end.
Exit status 0 finished, 1 faults in the library.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from knowledge.adapters.chroma import build_index
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.clarifying import read_clarifications
from knowledge.emergency.cards import dump_cards, read_any_cards
from knowledge.errors import Fault, LibraryError
from knowledge.glossary import read_glossary
from knowledge.libraries import read_any_library
from knowledge.model import Policy
from knowledge.releases import (
    CARDS,
    CLARIFICATIONS,
    GLOSSARY,
    POLICIES,
    VECTORS,
    Manifest,
    checksums,
    read_policies,
    write_policies,
)
from knowledge.retrieval import Lexicon
from knowledge.rewriting import Rewriter

Progress = Callable[[str, int, int], None]
Read = Callable[[Path], tuple[Policy, ...]]
Held = TypeVar("Held")


def build_release(source: Path, folder: Path, version: str, progress: Progress, read: Read = read_any_library) -> Manifest:
    """Read, cut, index and embed `source` into the new folder `folder`. Raises LibraryError with every fault, ReleaseDamaged."""
    progress("read", 0, 1)
    faults: list[Fault] = []
    policies = _or_faults(lambda: read(source), faults)
    glossary = _or_faults(lambda: read_glossary(source / GLOSSARY), faults)
    cards = _or_faults(lambda: read_any_cards(source), faults)
    _or_faults(lambda: read_clarifications(source / CLARIFICATIONS), faults)
    if policies is None or glossary is None or cards is None or faults:
        raise LibraryError(faults)
    progress("read", 1, 1)
    folder.mkdir(parents=True)
    write_policies(policies, folder / POLICIES)
    for name in (GLOSSARY, CLARIFICATIONS):
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    if cards:
        (folder / CARDS).write_text(dump_cards(cards), encoding="utf-8")
    progress("index", 0, 1)
    lexicon = Lexicon.build(policies, Rewriter(glossary))
    lexicon.save(folder)
    progress("index", 1, 1)
    embedder = StaticEmbedder()
    build_index(embedder.embed_documents(lexicon.units()), folder / VECTORS, lambda done, total: progress("embed", done, total))
    manifest = Manifest(version, datetime.now(UTC), len(policies), len(lexicon.passages), embedder.name, checksums(folder))
    manifest.save(folder)
    return manifest


def _or_faults(read: Callable[[], Held], faults: list[Fault]) -> Held | None:
    """What `read` reads; None, and its faults noted, where the library has some."""
    try:
        return read()
    except LibraryError as error:
        faults += error.faults
        return None


def main() -> int:
    """The child process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--library", type=Path)
    source.add_argument("--release", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()

    def say(**held: object) -> None:
        print(json.dumps(held, ensure_ascii=False), flush=True)

    def progress(step: str, done: int, total: int) -> None:
        say(step=step, done=done, total=total)

    try:
        if options.release:
            build_release(options.release, options.out, options.version, progress, lambda folder: read_policies(folder / POLICIES))
        else:
            build_release(options.library, options.out, options.version, progress)
    except LibraryError as error:
        say(faults=[[fault.file, fault.line, fault.what, fault.remedy] for fault in error.faults])
        return 1
    say(finished=options.version)
    return 0


if __name__ == "__main__":
    sys.exit(main())

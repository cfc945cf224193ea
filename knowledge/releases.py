"""A release on disk: the policies as they were read, and indexes that can be rebuilt from them.

    releases/<version>/manifest.json     written last; holds the checksum of every other file
                       policies.jsonl    the truth of the release
                       glossary.tsv clarifications.yaml cards.json
                       *.npz             postings
                       vectors/          Chroma's files
A folder without a manifest was never finished. Folders are immutable once finished.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from knowledge.errors import NoRelease, ReleaseDamaged
from knowledge.model import Confidence, Policy, Source

FORMAT = 1
MANIFEST = "manifest.json"
POLICIES = "policies.jsonl"
GLOSSARY = "glossary.tsv"
CLARIFICATIONS = "clarifications.yaml"
CARDS = "cards.json"
VECTORS = "vectors"
TRUTH = frozenset((POLICIES, GLOSSARY, CLARIFICATIONS, CARDS))  # what a release cannot rebuild from its own files


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished release says of itself. `files` maps relative paths to SHA-256."""

    version: str
    made_at: datetime
    policies: int
    passages: int
    embedder: str
    files: Mapping[str, str]

    def save(self, folder: Path) -> None:
        """Write the manifest; the release is finished with it."""
        held = dataclasses.asdict(self) | {"made_at": self.made_at.isoformat(), "format": FORMAT}
        temporary = folder / f"{MANIFEST}.new"
        temporary.write_text(json.dumps(held, indent=1), encoding="utf-8")
        temporary.replace(folder / MANIFEST)

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Raises NoRelease where nothing was finished, ReleaseDamaged where it cannot be read."""
        try:
            held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if held.pop("format") != FORMAT:
                raise ReleaseDamaged(f"{folder.name} has another format")
            return cls(**held | {"made_at": datetime.fromisoformat(held["made_at"])})
        except FileNotFoundError as cause:
            raise NoRelease(f"{folder.name} was never finished") from cause
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
            raise ReleaseDamaged(f"the manifest of {folder.name} cannot be read: {cause}") from cause

    def damaged(self, folder: Path, below: str = "") -> list[str]:
        """The files (under the prefix `below`) that are missing or not what they were."""
        return [name for name, checksum in self.files.items() if name.startswith(below) and _checksum(folder / name) != checksum]


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder` except the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): _checksum(path) for path in files}


def _checksum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def write_policies(policies: Iterable[Policy], path: Path) -> None:
    """One JSON line a policy."""
    with path.open("w", encoding="utf-8") as file:
        for policy in policies:
            held = dataclasses.asdict(policy)
            file.write(json.dumps(held, ensure_ascii=False, default=lambda value: value.isoformat()) + "\n")


def read_policies(path: Path) -> tuple[Policy, ...]:
    """What `write_policies` wrote. Raises ReleaseDamaged."""
    try:  # only "\n" ends a line here: a text may hold U+2028 and the like, at which str.splitlines would cut
        return tuple(_policy(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, AssertionError) as cause:
        raise ReleaseDamaged(f"{path} cannot be read: {cause}") from cause


def _policy(held: dict[str, object]) -> Policy:
    days = {name: date.fromisoformat(str(held[name])) for name in ("valid_from", "valid_to", "reviewed") if held[name]}
    lists = {name: tuple(_texts(held[name])) for name in ("paragraphs", "audience", "facts", "asks")}
    source = held["source"]
    assert isinstance(source, dict)
    changed: dict[str, object] = {"source": Source(**source), "confidence": Confidence(str(held["confidence"]))}
    return Policy(**held | lists | days | changed)  # type: ignore[arg-type]


def _texts(value: object) -> Sequence[str]:
    assert isinstance(value, list)
    return value

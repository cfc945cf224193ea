"""Errors of the room.

KnowledgeError
├── LibraryError            the library folder cannot become a release; holds every fault found
├── ReleaseError            a release cannot be built, opened or activated
│   ├── NoRelease           nothing to answer from
│   └── ReleaseDamaged      a release's files are not what its manifest says
├── EmbeddingError          the embedding model cannot be loaded or does not fit the release
├── StationsUnavailable     the rows of the stations cannot be read or written now
├── BadHours                a text is no opening hours we can keep
└── Busy                    somebody else is building
Text for people is not in here: the dialogue and the command line have the words.
"""

from __future__ import annotations

from dataclasses import dataclass


class KnowledgeError(Exception):
    """Base of everything this room raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a library file: where it stands, what it is, and what to do about it."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.remedy}"


class LibraryError(KnowledgeError):
    """The library has faults; nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class ReleaseError(KnowledgeError):
    """A release cannot be built, opened or activated."""


class NoRelease(ReleaseError):
    """There is no release of that name, or none at all."""


class ReleaseDamaged(ReleaseError):
    """A release's files are not what its manifest says."""


class EmbeddingError(KnowledgeError):
    """The embedding model cannot be loaded or does not fit the release."""


class StationsUnavailable(KnowledgeError):
    """The rows of the stations cannot be read or written now."""


class BadHours(KnowledgeError):
    """A text is no opening hours, or one of a kind nobody could evaluate rightly."""


class Busy(KnowledgeError):
    """Another process is building a release in the same data folder."""

"""The wording files: words/zh.toml and words/en.toml, with the same keys."""

from __future__ import annotations

import tomllib
import zlib
from functools import cache
from importlib import resources

LANGUAGES = ("zh", "en")


class Wording:
    """The sentences of one language. `say("refusal.outside", missing=…)` fills the marks in."""

    def __init__(self, sentences: dict[str, str | list[str]], language: str = "zh") -> None:
        self._sentences = sentences
        self.language = language

    def say(self, key: str, *, seed: str = "", **marks: object) -> str:
        """A sentence. Where there are several, `seed` chooses one, always the same for the same seed."""
        found = self._sentences[key]
        if isinstance(found, list):
            found = found[zlib.crc32(seed.encode(errors="replace")) % len(found)]
        return found.format(**marks) if marks else found

    def all(self, key: str) -> tuple[str, ...]:
        """Every sentence under a key; () where there is none."""
        found = self._sentences.get(key, ())
        return (found,) if isinstance(found, str) else tuple(found)

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def keys(self) -> frozenset[str]:
        """The keys of the file, `table.key`."""
        return frozenset(self._sentences)


@cache
def wording(language: str = "zh") -> Wording:
    """The wording of a language; Chinese for one that is not there."""
    name = language if language in LANGUAGES else "zh"
    held = tomllib.loads((resources.files("bot.dialogue") / "words" / f"{name}.toml").read_text(encoding="utf-8"))
    return Wording({f"{table}.{key}": value for table, rows in held.items() for key, value in rows.items()}, name)

"""What danger looks like in a rider's words: signs by type and severity, and the words around them that change the meaning.

signs.tsv holds type, severity (3: by itself a reason to call; 2: with a person or a now beside it) and phrases; context.tsv holds
groups of words that stand around. A phrase is characters with gaps: `叫*不醒` allows up to four characters where the star stands.
Phrases are matched on folded text and, where they have at least three syllables, on its sounds as well, so that typed pinyin,
homophones and dictation count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.sounds import sounds

HERE = Path(__file__).parent
GAP = 4  # characters or syllables a star stands for at most
FEWEST_SOUNDS = 3
TYPES = (
    "cardiac", "chest_pain", "stroke", "heat", "cold", "co", "bleeding", "crash", "fall", "fire", "electric", "drown", "dog",
    "allergy", "unconscious", "violence", "self_harm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: what it begins with, and a pattern where it has gaps, in characters and (None if too short) in sounds."""

    name: str
    begins: str
    written: re.Pattern[str] | None
    heard_begins: str | None
    heard: re.Pattern[str] | None

    def stands(self, folded: str, heard: str) -> str:
        """How the phrase stands in folded text or in its sounds (each with a blank on both sides): written, heard or ""."""
        if self.begins in folded and (self.written is None or self.written.search(folded)):
            return "written"
        if self.heard_begins and self.heard_begins in heard and (self.heard is None or self.heard.search(heard)):
            return "heard"
        return ""


class Phrasebook:
    """Groups of phrases, known by what they begin with: a message holds few of the characters that begin one."""

    def __init__(self, groups: Sequence[Sequence[Phrase]]) -> None:
        self._phrases = [(group, each) for group, phrases in enumerate(groups) for each in phrases]
        self._written: dict[str, set[int]] = {}
        self._heard: dict[str, set[int]] = {}
        for number, (_, each) in enumerate(self._phrases):
            self._written.setdefault(each.begins[0], set()).add(number)
            if each.heard_begins:
                self._heard.setdefault(each.heard_begins.split()[0], set()).add(number)

    def standing(self, folded: str, heard: str) -> Mapping[int, list[tuple[str, str]]]:
        """(name, written or heard) of the phrases that stand in a message, in their order, by the number of their group."""
        possible: set[int] = set()
        possible.update(*(self._written.get(character, ()) for character in set(folded)))
        possible.update(*(self._heard.get(syllable, ()) for syllable in set(heard.split())))
        found: dict[int, list[tuple[str, str]]] = {}
        for group, each in (self._phrases[number] for number in sorted(possible)):
            if how := each.stands(folded, heard):
                found.setdefault(group, []).append((each.name, how))
        return found


@dataclass(frozen=True, slots=True)
class Sign:
    """Phrases of one type and severity."""

    type: str
    severity: int
    phrases: tuple[Phrase, ...]


def phrase(text: str) -> Phrase:
    """A phrase from its spelling, stars standing for gaps."""
    parts = [part for part in text.split("*") if part]
    spoken = [" ".join(sounds(part)) for part in parts]
    several = len(parts) > 1
    written = re.compile(f".{{0,{GAP}}}".join(map(re.escape, parts))) if several else None
    if sum(len(part.split()) for part in spoken) < FEWEST_SOUNDS:
        return Phrase(text, parts[0], written, None, None)
    heard = re.compile(" " + rf"(?: \S+){{0,{GAP}}} ".join(map(re.escape, spoken)) + " ") if several else None
    return Phrase(text, parts[0], written, f" {spoken[0]} ", heard)


@cache
def signs() -> tuple[Sign, ...]:
    """Every sign."""
    rows = [line.split("\t") for line in (HERE / "signs.tsv").read_text(encoding="utf-8").splitlines()]
    return tuple(Sign(kind, int(severity), tuple(map(phrase, listed.split()))) for kind, severity, listed in rows)


@cache
def context() -> dict[str, tuple[Phrase, ...]]:
    """The words around signs, by group."""
    rows = [line.split("\t") for line in (HERE / "context.tsv").read_text(encoding="utf-8").splitlines()]
    return {name: tuple(map(phrase, listed.split())) for name, listed in rows}


@cache
def phrasebooks() -> tuple[Phrasebook, Phrasebook]:
    """The phrases of the signs, and those of the context, group by group."""
    return Phrasebook([sign.phrases for sign in signs()]), Phrasebook(list(context().values()))

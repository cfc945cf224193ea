"""Word classes of danger (concepts.tsv): what was done, to which part of whom, and what came of it.

`叫他没反应` and `咋扒拉都不动` hold the same two classes in the same order, CALL and NORESP; that is what carries over from one
person's words to another's.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from knowledge.folding import fold
from knowledge.rewriting import strip_filler
from knowledge.sounds import LONGEST_SYLLABLE, is_typed_pinyin, sounds

FILE = Path(__file__).parent / "concepts.tsv"
NEAR = 6  # characters or syllables: one clause
FAR = 14
FEWEST_SOUNDS = 2  # one syllable alone means too many things


@cache
def _lexicon() -> tuple[dict[str, frozenset[str]], dict[tuple[str, ...], frozenset[str]], re.Pattern[str]]:
    """Classes by word and by sound, and a pattern that finds the longest word at a place."""
    written: dict[str, set[str]] = {}
    heard: dict[tuple[str, ...], set[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        name, _, listed = line.partition("\t")
        for word in listed.split():
            written.setdefault(fold(word), set()).add(name)
            heard.setdefault(tuple(sounds(word)), set()).add(name)
    pattern = re.compile("|".join(sorted(map(re.escape, written), key=len, reverse=True)))
    frozen = {sound: frozenset(names) for sound, names in heard.items()}
    return {word: frozenset(names) for word, names in written.items()}, frozen, pattern


def concepts(text: str) -> frozenset[str]:
    """The classes in a message, those that were only heard, and their ordered pairs near (`A>B`) and far (`A..B`)."""
    folded = strip_filler(fold(text))
    syllables = sounds(folded)
    if is_typed_pinyin(folded):
        return _related(_heard(syllables, 1))
    seen = _written(folded)
    names = {name for _, name in seen}
    only_heard = {f"H:{name}" for _, name in _heard(syllables, FEWEST_SOUNDS) if name not in names}
    return _related(seen) | only_heard


def _written(folded: str) -> list[tuple[int, str]]:
    words, _, pattern = _lexicon()
    found = []
    for place in range(len(folded)):
        if hit := pattern.match(folded, place):
            found += [(place, name) for name in sorted(words[hit[0]])]
    return found


def _heard(syllables: list[str], fewest: int) -> list[tuple[int, str]]:
    _, sounded, _ = _lexicon()
    longest = max(map(len, sounded))
    found = []
    for place in range(len(syllables)):
        for length in range(min(longest, len(syllables) - place), 0, -1):
            names = sounded.get(tuple(syllables[place : place + length]))
            if names and (length >= fewest or len(syllables[place]) > LONGEST_SYLLABLE):
                found += [(place, name) for name in sorted(names)]
                break
    return found


def _related(found: list[tuple[int, str]]) -> frozenset[str]:
    related = {f"K:{name}" for _, name in found}
    for number, (place, name) in enumerate(found):
        for other_place, other in found[number + 1 :]:
            apart = other_place - place
            if apart == 0 or name == other:
                continue
            if apart <= NEAR:
                related.add(f"{name}>{other}")
            elif apart <= FAR:
                related.add(f"{name}..{other}")
    return frozenset(related)

"""Slips of the finger in long names: one character wrong, missing, too many, or behind its neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.stations.cities import OTHERS
from knowledge.stations.hearing import Unit

TELLS_APART = frozenset("东西南北中左右前后上下大小新老内外一二三四五六七八九十0123456789")


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a name and to say it, with the entries it stands for. `bare`: short, so that its sentence has to show that
    a place is meant; `own` is how many characters are its own, not generic.
    """

    chars: tuple[str, ...]
    syllables: tuple[str, ...]
    bare: bool
    area: bool
    own: int
    entries: list[int]


def one_slip(form: Form, window: Sequence[Unit]) -> bool:
    """Whether a window is the form with one character wrong, missing or too many, and none that tells places apart."""
    mine, theirs = list(form.syllables), [unit.syllable for unit in window]
    if mine == theirs or "".join(unit.char for unit in window) in OTHERS:
        return False
    if len(mine) == len(theirs) and _turned(form.chars, [unit.char for unit in window]):
        return True
    start = next((at for at, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs)))
    rest = len(mine) - start - (len(mine) >= len(theirs)), len(theirs) - start - (len(theirs) >= len(mine))
    if rest[0] != rest[1] or (rest[0] and mine[-rest[0] :] != theirs[-rest[0] :]):
        return False
    if start >= form.own + (len(theirs) > len(mine)):
        return False  # the slip is in what is generic; what is left is another name
    touched = [form.chars[start]] if len(mine) >= len(theirs) else []
    touched += [window[start].char] if len(theirs) >= len(mine) else []
    return not any(set(char) & TELLS_APART for char in touched)


def _turned(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether two neighbours stand the wrong way round and nothing else is different."""
    off = [at for at, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b]
    return len(off) == 2 and off[1] == off[0] + 1 and (mine[off[0]], mine[off[1]]) == (theirs[off[1]], theirs[off[0]])

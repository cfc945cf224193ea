"""Text as a row of syllables that still knows its characters: what place names are looked up by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from knowledge.folding import HAN, fold
from knowledge.sounds import blurred, split_pinyin

ONLY_HAN = re.compile(r"[\u3400-\u9fff]+")
UNIT = re.compile(r"[\u3400-\u9fff]|[a-z]+|\d+|\s+|[^\s]")
# Characters of place names that are read in several ways; a name with one of them is read as a whole.
SEVERAL_WAYS = frozenset("长重乐朝行都曾尉厦藏莘番蚌六宿浚泌涡洞葛燕牟蔚铅陂隗荥")
MOST = 400  # characters of a sentence that are listened to


@dataclass(frozen=True, slots=True)
class Unit:
    """A character, a typed syllable or a number. `plain` is unblurred; `first` begins a run of letters; `after_mark`
    stands behind a punctuation mark.
    """

    char: str
    syllable: str
    plain: str
    typed: bool = False
    digits: bool = False
    first: bool = True
    after_mark: bool = False


def heard(text: str) -> list[Unit]:
    """The units of a text, in order."""
    return _units(fold(text[:MOST]))


def _units(folded: str) -> list[Unit]:
    readings = _readings(folded)
    units: list[Unit] = []
    mark = False
    for found in UNIT.finditer(folded):
        piece = found[0]
        if HAN.match(piece):
            plain = readings.get(found.start(), piece)
            units.append(Unit(piece, blurred(plain), plain, after_mark=mark))
        elif piece.isdigit() and piece.isascii():
            number = piece.lstrip("0") or "0"
            units.append(Unit(number, number, number, digits=True, after_mark=mark))
        elif piece.isascii() and piece.isalpha():
            pieces = split_pinyin(piece)
            for place, one in enumerate(pieces or [piece]):
                char = "" if pieces else piece
                units.append(Unit(char, blurred(one) if pieces else one, one, bool(pieces), False, not place, mark and not place))
        else:
            mark = mark or not piece.isspace()
            continue
        mark = False
    return units


def spoken(names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """The characters of many names, each with the ways it may be heard: character by character, and as a whole where that
    differs. Folded all at once: 100,000 names one by one would take a minute.
    """
    flat = [name.replace("\n", " ") for name in names]
    folded = fold("\n".join(flat)).split("\n")
    if len(folded) != len(flat):  # a character that folds to a line break
        folded = [fold(name) for name in flat]
    for name in folded:
        if ONLY_HAN.fullmatch(name) and SEVERAL_WAYS.isdisjoint(name):
            yield tuple(name), [tuple(_blurred(char) for char in name)]
            continue
        units = _units(name)
        by_character = tuple(_blurred(unit.char) if HAN.match(unit.char) else unit.syllable for unit in units)
        whole = tuple(unit.syllable for unit in units)
        yield tuple(unit.char for unit in units), list(dict.fromkeys((by_character, whole)))


def key_of(window: Sequence[Unit]) -> str:
    """What a window is looked up by."""
    return " ".join(unit.syllable for unit in window)


def _readings(folded: str) -> dict[int, str]:
    """Readings of the Chinese characters by their places; whole runs where a character is read in several ways."""
    found: dict[int, str] = {}
    for run in re.finditer(r"[\u3400-\u9fff]+", folded):
        spoken = [_reading(char) for char in run[0]] if SEVERAL_WAYS.isdisjoint(run[0]) else lazy_pinyin(run[0])
        if len(spoken) == len(run[0]):
            found.update(zip(range(run.start(), run.end()), spoken, strict=True))
    return found


@lru_cache(maxsize=30_000)
def _blurred(char: str) -> str:
    return blurred(_reading(char))


@lru_cache(maxsize=30_000)
def _reading(char: str) -> str:
    return str(lazy_pinyin(char, errors="default")[0])

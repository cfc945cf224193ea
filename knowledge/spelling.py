"""Homophones put right: 打仲才 → 打仲裁, 介召信 → 介绍信. Dictation and pinyin keyboards make such slips all the time.

A run of characters is exchanged for a glossary term that sounds the same and shares at least half its characters, but only
where the run is no language anybody knows: a pair of neighbours in it never occurs in the library, and neither end of it makes a
dictionary word with the character outside (处理|法 is not 理发).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pypinyin.phrases_dict import phrases_dict

from knowledge.lexical import grams
from knowledge.sounds import sounds

RUN = re.compile(r"[\u3400-\u9fff]+")
LENGTHS = (6, 5, 4, 3, 2)


class Speller:
    """Corrects folded text with the terms of a glossary; `known` says whether the library has a pair of characters."""

    def __init__(self, terms: Iterable[str], known: Callable[[str], bool]) -> None:
        self._known = known
        self._terms: dict[tuple[str, ...], str] = {}
        for term in sorted(set(terms), key=lambda term: (len(term), term)):
            if RUN.fullmatch(term) and len(term) in LENGTHS and self._familiar(term):
                self._terms.setdefault(tuple(sounds(term)), term)

    def correct(self, folded: str) -> str:
        """The text with its homophone slips exchanged."""
        return RUN.sub(lambda found: self._correct_run(found[0]), folded)

    def _correct_run(self, run: str) -> str:
        heard = sounds(run)
        if len(heard) != len(run):
            return run
        out, place = "", 0
        while place < len(run):
            step = next((n for n in LENGTHS if self._slip(run, heard, place, n)), 0)
            out += self._terms[tuple(heard[place : place + step])] if step else run[place]
            place += step or 1
        return out

    def _slip(self, run: str, heard: list[str], place: int, length: int) -> bool:
        """Whether the window of a run is a term misspelt."""
        window, end = run[place : place + length], place + length
        term = self._terms.get(tuple(heard[place:end])) if end <= len(run) else None
        if term is None or self._familiar(window):
            return False
        if 2 * sum(a == b for a, b in zip(term, window, strict=True)) < length:
            return False
        outside = (run[place - 1 : place + 1] if place else "", run[end - 1 : end + 1])
        return not any(pair in phrases_dict for pair in outside)

    def _familiar(self, text: str) -> bool:
        """Whether every pair of neighbours in a text occurs in the library."""
        return all(self._known(pair) for pair in grams(list(text))[len(text) :])

"""Long texts in parts that Telegram takes: cut where a reader would pause, never inside a link, bold words or a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.channels.telegram.styling import Styled, units

LONGEST = 4096  # UTF-16 units
_PAUSES = (  # best first; a cut is made behind the match
    re.compile(r"\n[^\S\n]*\n+"),
    re.compile(r"\n"),
    re.compile(r"[。！？!?…；;]+[”’」』）)\"']*|\.(?=\s)"),
    re.compile(r"[，,、：:]|\s"),
)
_JOINER = "\u200d"
_SOONEST = 0.5  # no cut before this share of what fits, where a pause of that kind can be had later


def split(whole: Styled, longest: int = LONGEST) -> list[Styled]:
    """The parts, in order, none longer than `longest` UTF-16 units and none empty; together they are the whole but for blanks."""
    parts: list[Styled] = []
    start = 0
    while units(whole.text[start:]) > longest:
        fits = _fitting(whole.text, start, longest)
        cut = _cut(whole, start, fits)
        parts.append(whole.piece(start, cut))
        start = cut
    parts.append(whole.piece(start, len(whole.text)))
    return [part for part in parts if part.text]


def _fitting(text: str, start: int, longest: int) -> int:
    """The end of the longest piece from `start` that is not too long."""
    end, left = start, longest
    while end < len(text) and left >= (wide := 2 if ord(text[end]) > 0xFFFF else 1):
        left -= wide
        end += 1
    return end


def _cut(whole: Styled, start: int, end: int) -> int:
    soonest = start + int((end - start) * _SOONEST)
    for inside_spans in (False, True):  # only a span that fills a whole part is ever cut
        for pause in _PAUSES:
            found = [place for place in _places(pause, whole.text, soonest, end) if inside_spans or not _inside(whole, place)]
            if found:
                return found[-1]
        for place in range(end, soonest, -1):
            if (inside_spans or not _inside(whole, place)) and _whole_character(whole.text, place):
                return place
    return end


def _places(pause: re.Pattern[str], text: str, soonest: int, end: int) -> Iterator[int]:
    for match in pause.finditer(text, soonest, min(end + 1, len(text))):
        if soonest < match.end() <= end:
            yield match.end()


def _inside(whole: Styled, place: int) -> bool:
    return any(span.start < place < span.end for span in whole.spans)


def _whole_character(text: str, place: int) -> bool:
    """Whether a cut at `place` leaves what people see as one character in one piece."""
    if place >= len(text):
        return True
    before, after = text[place - 1], text[place]
    joined = _JOINER in {before, after} or unicodedata.category(after) in {"Mn", "Me", "Mc"}
    tinted = "\U0001f3fb" <= after <= "\U0001f3ff" or "\ufe00" <= after <= "\ufe0f"
    return not (joined or tinted or (_flag(before) and _flag(after)))


def _flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"

"""Text as it sounds: toneless pinyin syllables, with the confusions of dialects and dictation folded together.

`公惠` and `工惠`, `zhongshu` and `中暑` become the same syllables; pinyin typed without spaces is cut into syllables.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache, lru_cache

os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")  # we only read its dictionaries

from pypinyin import lazy_pinyin, pinyin_dict
from pypinyin.seg.simpleseg import seg

from knowledge.folding import words

TYPED = re.compile(r"[a-zü']+")
LONGEST_SYLLABLE = 6
# Latin words riders write inside Chinese; they are words, not syllables.
NOT_PINYIN = frozenset(
    ["app", "aed", "cpr", "etc", "vx", "qq", "ok", "wifi", "gps", "sim", "gb", "pdf", "ai", "vip", "k", "km", "kg", "cm"]
)
RARE = 3.0  # what a syllable costs that stands only in names and interjections
RARE_SYLLABLES = frozenset(
    ("a o e n m ng hm ei ai ao ou er en eng lo yo ha hei dei den cei nou nun rua fiao kei zhei pia tei").split()
)


@cache
def syllables() -> frozenset[str]:
    """Every toneless syllable of Standard Chinese, as pypinyin's dictionary has them."""
    found: set[str] = set()
    for readings in pinyin_dict.pinyin_dict.values():
        for reading in readings.split(","):
            plain = lazy_toneless(reading)
            if plain.isalpha() and plain.isascii() and len(plain) <= LONGEST_SYLLABLE:
                found.add(plain)
    return frozenset(found)


def lazy_toneless(reading: str) -> str:
    """A syllable without its tone mark; ü becomes v."""
    plain = unicodedata.normalize("NFD", reading.replace("ü", "v")).replace("u\u0308", "v")
    return "".join(c for c in plain if not unicodedata.combining(c))


def split_pinyin(run: str) -> list[str] | None:
    """A run of Latin letters cut into the likeliest syllables; None where it is not pinyin."""
    run = run.replace("'", "").replace("ü", "v")
    if not run or run in NOT_PINYIN:
        return None
    known = syllables()
    best: list[tuple[float, int] | None] = [(0.0, 0), *([None] * len(run))]
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            before, piece = best[start], run[start:end]
            if end == len(run) and piece[-1] == "r" and piece[:-1] in known:
                piece = piece[:-1]  # 那会儿 typed as nahuir
            if before is None or piece not in known:
                continue
            cost = before[0] + 1.0 + (RARE if piece in RARE_SYLLABLES and len(run) > len(piece) else 0.0)
            found = best[end]
            if found is None or cost < found[0]:
                best[end] = (cost, start)
    if best[-1] is None:
        return None
    pieces: list[str] = []
    end = len(run)
    while end:
        step = best[end]
        assert step is not None
        piece = run[step[1] : end]
        pieces.append(piece if piece in known else piece[:-1])
        end = step[1]
    return pieces[::-1]


@lru_cache(maxsize=4096)
def blurred(syllable: str) -> str:
    """The syllable with flat and curled tongue, front and back nose, n and l, and f and h before u taken as one."""
    for curled, flat in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(curled):
            syllable = flat + syllable[2:]
            break
    if syllable.startswith("n") and len(syllable) > 1:
        syllable = "l" + syllable[1:]
    if syllable == "fu":
        syllable = "hu"
    for back, front in (("ang", "an"), ("eng", "en"), ("ing", "in")):
        if syllable.endswith(back):
            return syllable[: -len(back)] + front
    return syllable


def sounds(folded: str) -> list[str]:
    """The blurred syllables of folded text, in order; numbers and foreign words stay as they are."""
    heard: list[str] = []
    han: list[str] = []

    def speak() -> None:
        if han:
            for piece in seg("".join(han)):
                heard.extend(_read_aloud(piece))
            han.clear()

    for word in words(folded):
        if word.isascii():
            speak()
            pieces = split_pinyin(word) if TYPED.fullmatch(word) else None
            heard.extend(blurred(piece) for piece in pieces) if pieces else heard.append(word)
        elif word not in "℃%":
            han.append(word)
    speak()
    return heard


@lru_cache(maxsize=32_768)
def _read_aloud(piece: str) -> tuple[str, ...]:
    """The blurred syllables of one word of pypinyin's dictionary, which is how it cuts a text before it reads it."""
    return tuple(blurred(syllable) for syllable in lazy_pinyin(piece, errors="ignore"))


def is_typed_pinyin(folded: str) -> bool:
    """Whether text written mostly in Latin letters reads as pinyin rather than as a foreign language."""
    runs = [word for word in words(folded) if word.isascii() and word.isalpha()]
    letters = sum(len(run) for run in runs)
    if letters < 3 or letters < 2 * sum(1 for word in words(folded) if not word.isascii()):
        return False
    readable = sum(len(run) for run in runs if run in NOT_PINYIN or split_pinyin(run))
    return readable >= 0.8 * letters

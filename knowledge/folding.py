"""One spelling for everything: traditional, full-width, zero-width, spaced and spelt-out forms are folded.

Folding happens to questions and library alike, so it only has to be consistent, not beautiful.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
REPEATED = re.compile(r"([^\d\s])\1{2,}")
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])[ \t]+(?=[\u3400-\u9fff])")
HAN = re.compile(r"[\u3400-\u9fff]")
WORDS = re.compile(r"[\u3400-\u9fff]|[a-z]+|\d+(?:\.\d+)?|[%℃]")

DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2", "俩": "2", "仨": "3", "幺": "1"}
SCALES = {"十": 10, "百": 100, "千": 1000}
UNITS = (
    "度 ℃ 摄氏 % 天 日 小时 钟头 钟 月 年 岁 分 块 元 公里 千米 码 迈 米 公分 厘米 级 成 公斤 斤 吨 次 回 单 秒 周 星期 倍 万 点"
)
UNIT = f"(?=个?半?(?:{UNITS.replace(' ', '|')}))"
LARGE = re.compile(r"[一二两俩三四五六七八九][百千][零〇一二两三四五六七八九十百千]*")
ROUGHLY = re.compile(r"[一二两三四五六七八九]{2}十?")  # 两三天, 三四十天: no number to be folded
SPELT = re.compile(rf"[零〇一二两俩仨三四五六七八九十百千]+(?:点[零一二三四五六七八九]+)?{UNIT}")
TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)万([零一二两三四五六七八九])?(?!\d)")
SPOKEN_NUMBER = re.compile(r"[零〇幺一二三四五六七八九]{3,}")
PERCENT = re.compile(r"百分之([零〇一二两三四五六七八九十百\d]+(?:点[零一二三四五六七八九]+)?)")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def clean(text: str) -> str:
    """The text without invisible and control characters, NFKC, simplified, runs of one character cut to two."""
    text = CONTROL.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    text = REPEATED.sub(r"\1\1", INVISIBLE.sub("", text))
    return str(_simplifier().convert(text)) if HAN.search(text) else text


def fold(text: str) -> str:
    """The form everything is indexed and searched in: clean, lower case, numbers in digits, no spaces between characters."""
    text = BETWEEN_HAN.sub("", clean(text).lower())
    text = THOUSANDS.sub("", text).replace("°c", "℃").replace("摄氏度", "度").replace("℃", "度")
    text = PERCENT.sub(lambda found: f"{_number(found[1])}%", text)
    text = SPELT.sub(lambda found: found[0] if ROUGHLY.fullmatch(found[0]) else _number(found[0]), text)
    text = LARGE.sub(lambda found: _number(found[0]), text)
    text = TEN_THOUSANDS.sub(_ten_thousands, text)
    return SPOKEN_NUMBER.sub(lambda found: "".join(DIGITS[c] for c in found[0]), text)


def words(folded: str) -> list[str]:
    """Characters, Latin runs and numbers of folded text, in order, without punctuation."""
    return WORDS.findall(folded)


def _number(spelt: str) -> str:
    """三十八 → 38, 两千五 → 2500, 一点五 → 1.5; digits stay, as does what is no number."""
    if spelt.isdigit():
        return spelt
    whole, _, fraction = spelt.partition("点")
    if not any(c in SCALES for c in whole):
        value = "".join(DIGITS.get(c, c) for c in whole)
        value = str(int(value)) if value.isdigit() else value
    else:
        value = str(_scaled(whole))
    return f"{value}.{''.join(DIGITS[c] for c in fraction)}" if fraction else value


def _scaled(whole: str) -> int:
    total, digit, scale = 0, 0, 1
    for c in whole:
        if c in SCALES:
            scale = SCALES[c]
            total += (digit or 1) * scale
            digit = 0
        else:
            digit = int(DIGITS[c])
            if c in "零〇":
                scale = 10
    return total + digit * (scale // 10 if scale > 10 and digit else 1)


def _ten_thousands(found: re.Match[str]) -> str:
    value = float(found[1]) * 10_000 + (int(DIGITS[found[2]]) * 1000 if found[2] else 0)
    return str(int(value))

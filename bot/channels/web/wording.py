"""The page's words, one file per language under bot/dialogue/words; no sentence lives in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_FOLDER = Path(__file__).resolve().parents[2] / "dialogue" / "words"


@cache
def words(language: Language) -> Mapping[str, Any]:
    """The tables of `page.<language>.toml`, read once."""
    return tomllib.loads((_FOLDER / f"page.{language}.toml").read_text(encoding="utf-8"))


def chosen(wish: str | None) -> Language:
    """The language for a tag such as "en", "en-GB" or "zh-CN,zh;q=0.9"; Chinese unless English is asked for."""
    return "en" if (wish or "").strip().lower().startswith("en") else "zh"


def error_line(key: str, wish: str | None) -> str:
    """One clear line for an error, in the language of the request."""
    return str(words(chosen(wish))["errors"][key])

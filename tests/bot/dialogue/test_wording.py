"""The wording files: two languages that say the same things, and words that fit what fills them in."""

from __future__ import annotations

import re
import string
import tomllib
from importlib import resources
from typing import Any

import pytest

from bot.dialogue.wording import LANGUAGES, Wording, wording
from knowledge.model import RefusalReason
from knowledge.triage import SMALL_TALK

SEVERAL = ("smalltalk.", "suggest.")  # one is chosen; how many there are is each language's own matter


def texts(name: str) -> dict[str, Any]:
    """Every sentence of a file by its place, lists entry by entry."""

    def walk(value: object, place: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return {key: text for name, held in value.items() for key, text in walk(held, f"{place}.{name}").items()}
        if isinstance(value, list) and not place.startswith(tuple(f".{several}" for several in SEVERAL)):
            return {key: text for n, held in enumerate(value) for key, text in walk(held, f"{place}[{n}]").items()}
        return {place: value}

    return walk(tomllib.loads((resources.files("bot.dialogue") / "words" / f"{name}.toml").read_text(encoding="utf-8")), "")


def marks(sentence: object) -> set[str]:
    sentences = sentence if isinstance(sentence, list) else [sentence]
    return {mark for one in sentences for _, mark, _, _ in string.Formatter().parse(str(one)) if mark is not None}


@pytest.mark.parametrize(("chinese", "english"), [("zh", "en"), ("page.zh", "page.en")])
def test_both_languages_hold_the_same_keys_and_the_same_marks(chinese: str, english: str) -> None:
    ours, theirs = texts(chinese), texts(english)
    assert ours.keys() == theirs.keys()
    assert {key: marks(text) for key, text in ours.items()} == {key: marks(text) for key, text in theirs.items()}
    assert [key for held in (ours, theirs) for key, text in held.items() if text in ("", [])] == []


def test_a_missing_mark_or_key_would_be_seen() -> None:
    assert marks("打 {hotline}({name})") == {"hotline", "name"}
    assert marks(["在", "在{x}"]) == {"x"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_everything_that_can_be_said(language: str) -> None:
    keys = wording(language).keys()
    assert {f"smalltalk.{occasion}" for occasion in {*SMALL_TALK, "empty"}} <= keys
    assert {f"refusal.{reason}" for reason in RefusalReason} <= keys
    assert {f"emergency.what_{number}" for number in ("120", "119", "110", "122", "12356")} <= keys


def test_the_numbers_of_an_emergency_can_be_dialled_in_any_language() -> None:
    for name in ("zh", "en"):
        assert {"120", "110", "119"} <= set(re.findall(r"\d{3}", wording(name).say("error.broken")))


def test_a_language_that_is_not_there_is_chinese() -> None:
    assert wording("mn").say("answer.sources") == wording("zh").say("answer.sources")
    assert wording("en").say("answer.sources") != wording("zh").say("answer.sources")


def test_a_seed_always_chooses_the_same_sentence_and_seeds_differ() -> None:
    say = Wording({"hi.there": ["a", "b", "c"]})
    seeds = [f"seed {n}" for n in range(40)]
    assert [say.say("hi.there", seed=seed) for seed in seeds] == [say.say("hi.there", seed=seed) for seed in seeds]
    assert {say.say("hi.there", seed=seed) for seed in seeds} == {"a", "b", "c"}
    assert say.say("hi.there", seed="half a character \ud83d") in {"a", "b", "c"}

"""What the assistant itself suggests must lead somewhere."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.dialogue.wording import LANGUAGES, wording
from knowledge import Assistant, Question
from knowledge.model import Answer, StationReply
from tests.knowledge.housing import NOON

WORDS = Path(__file__).parents[2] / "bot" / "dialogue" / "words"
OCCASIONS = ("greeting", "ability")
TAPPED = {text for language in LANGUAGES for occasion in OCCASIONS for text in wording(language).all(f"suggest.{occasion}")}
PAGES = [tomllib.loads((WORDS / f"page.{language}.toml").read_text("utf-8")) for language in LANGUAGES]
SUGGESTED = sorted(TAPPED | {text for page in PAGES for text in page["welcome"]["examples"]})


@pytest.mark.parametrize("text", SUGGESTED)
def test_every_question_we_suggest_is_answered(assistant: Assistant, text: str) -> None:
    assert isinstance(assistant.answer(Question(text, NOON)).reply, (Answer, StationReply))

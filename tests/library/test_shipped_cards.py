"""The shipped emergency cards as riders were promised them: short, in two languages, with the right numbers and a ground."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.app import shipped_library
from knowledge.emergency.cards import FIRST, GENERAL, LANGUAGES, NUMBERS, PENDING, SHIPPED, shipped_cards
from knowledge.emergency.signs import TYPES
from knowledge.folding import words
from knowledge.model import CardText, EmergencyCard
from knowledge.policies import read_library

ROOT = Path(__file__).parents[2]
CARDS = shipped_cards()
TEXTS = [(card, language, card.texts[language]) for card in CARDS.values() for language in LANGUAGES]
TELEPHONE = re.compile(r"(?<![\d.])(?:1(?:10|19|2[02])|12\d{3}|96110|\d{7,})(?![\d.])")
BY_TEXT = "12110"  # the police by SMS, for who cannot speak: no number to dial
LONGEST = {"title": 10, "first": 26, "say": 60, "read_aloud": 60}  # Chinese characters
LONGEST_STEP, LONGEST_AVOID = 34, 26
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:!?]|[,;:!?][\u3400-\u9fff]")
DOSE = re.compile(r"\d\s*(?:毫克|毫升|片|粒|mg|ml|tablets?)", re.IGNORECASE)


def lines(text: CardText) -> list[str]:
    return [text.title, text.first, text.say, *text.steps, *text.avoid, text.read_aloud]


def test_there_is_a_card_for_every_type_and_a_general_one() -> None:
    assert set(CARDS) == {*TYPES, GENERAL}
    assert {path.stem for path in SHIPPED.glob("*")} == set(CARDS)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_card_names_numbers_that_exist_and_begins_with_one_that_is_always_answered(card: EmergencyCard) -> None:
    assert set(card.numbers) <= NUMBERS
    assert card.numbers[0] in FIRST
    for language in LANGUAGES:
        first = card.texts[language].first
        assert TELEPHONE.findall(first)[0] == card.numbers[0], first
        assert {*TELEPHONE.findall(card.texts[language].read_aloud)} <= {card.numbers[0]}


def test_no_line_names_a_telephone_but_the_cards_own_and_those_answered_by_day_and_night() -> None:
    strange = [
        (card.id, language, number)
        for card, language, text in TEXTS
        for line in lines(text)
        for number in TELEPHONE.findall(line)
        if number not in {*card.numbers, *FIRST} and not (number == BY_TEXT and card.id == "violence")
    ]
    assert strange == []


def test_a_telephone_in_a_line_would_be_seen() -> None:
    assert TELEPHONE.findall("打 12333 或 13812345678,等 10 分钟,40.5 度") == ["12333", "13812345678"]


def test_every_card_says_where_it_comes_from_and_who_reviewed_it() -> None:
    for card in CARDS.values():
        assert card.sources and all(source.name for source in card.sources), card.id
        assert all(source.url == "" or re.match(r"https?://", source.url) for source in card.sources), card.id
        assert card.review == PENDING or re.search(r"\d{4}-\d{2}-\d{2}", card.review), card.id


def test_every_fact_of_a_card_is_one_the_library_stands_on() -> None:
    known = {fact for policy in read_library(shipped_library()) for fact in policy.facts}
    assert {card.id: set(card.facts) - known for card in CARDS.values() if set(card.facts) - known} == {}
    assert all(card.facts for card in CARDS.values())


def test_every_number_of_a_card_has_a_policy_that_says_whose_it_is() -> None:
    titles = " ".join(policy.title for policy in read_library(shipped_library()) if policy.topic == "hotline")
    assert {number for card in CARDS.values() for number in card.numbers if number not in titles} == set()


def test_a_card_is_as_short_as_shaking_hands_need_it() -> None:
    for card in CARDS.values():
        text = card.texts["zh"]
        for key, most in LONGEST.items():
            assert len(getattr(text, key).replace("{place}", "")) <= most, (card.id, key)
        assert 3 <= len(text.steps) <= 5 and 1 <= len(text.avoid) <= 4, card.id
        assert max(map(len, text.steps)) <= LONGEST_STEP, card.id
        assert max(map(len, text.avoid)) <= LONGEST_AVOID, card.id
        assert all(line.startswith("别") for line in text.avoid), card.id


def test_both_languages_say_the_same_number_of_things() -> None:
    for card in CARDS.values():
        zh, en = card.texts["zh"], card.texts["en"]
        assert (len(zh.steps), len(zh.avoid)) == (len(en.steps), len(en.avoid)), card.id


def test_chinese_lines_have_full_width_punctuation_and_english_lines_are_english() -> None:
    for card, language, text in TEXTS:
        for line in lines(text):
            if language == "zh":
                assert not HALF_WIDTH.search(line), (card.id, line)
            else:
                foreign = [word for word in words(line) if not word.isascii()]
                assert len(foreign) <= 8, (card.id, line)  # the name of a Chinese medicine, for who reads it off a box


def test_no_card_gives_a_dose() -> None:
    assert [(card.id, line) for card, _, text in TEXTS for line in lines(text) if DOSE.search(line)] == []


def test_every_step_is_in_the_table_for_reviewers() -> None:
    table = (ROOT / "docs" / "cards.md").read_text(encoding="utf-8")
    missing = [(card.id, step) for card in CARDS.values() for step in card.texts["zh"].steps if step.rstrip("。") not in table]
    assert missing == []


def test_the_files_are_written_as_the_page_about_the_library_says() -> None:
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    example = yaml.safe_load(page.split("```yaml\n# cards/")[1].split("\n", 1)[1].split("```")[0])
    assert example["id"] in CARDS
    for path in SHIPPED.glob("*.yaml"):
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert list(held) == list(example), path.name
        assert set(held["zh"]) == set(held["en"]) == set(example["zh"]), path.name

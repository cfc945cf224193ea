"""Passages: short enough to be shown whole, nothing lost, nothing torn."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import shipped_library
from knowledge.model import Confidence, Policy, Source
from knowledge.passages import LONGEST_PASSAGE, cut
from knowledge.policies import read_library

POLICY = Policy("heat", "高温停工", "heat", Source("办法"), Confidence.VERIFIED, ("到 40℃ 停工。",))
SENTENCE = st.text(st.sampled_from("高温停工几度津贴钱,、“”"), min_size=1, max_size=80).map(lambda text: f"高{text}。")
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=12).map("".join)


def texts(*paragraphs: str, correction: str = "") -> list[str]:
    return [passage.text for passage in cut(replace(POLICY, paragraphs=paragraphs, correction=correction))]


def test_a_short_policy_is_one_passage() -> None:
    assert texts("到 40℃ 停工。", "有的省更严。") == ["到 40℃ 停工。\n\n有的省更严。"]


def test_the_correction_stands_with_the_first_passage() -> None:
    found = texts("甲" * 200 + "。", "乙" * 200 + "。", correction="不是甲,而是乙。")
    assert len(found) == 2
    assert found[0].endswith("\n\n不是甲,而是乙。")
    assert "不是甲" not in found[1]


@settings(max_examples=50)
@given(st.lists(PARAGRAPH, min_size=1, max_size=4))
def test_nothing_is_lost_nothing_is_added_and_the_order_stays(paragraphs: list[str]) -> None:
    found = texts(*paragraphs)
    assert "".join(found).replace("\n\n", "") == "".join(paragraphs)
    assert all(len(text) <= LONGEST_PASSAGE for text in found)


@pytest.mark.parametrize("end", ["。", "！", "？", "；", "!", "?", ";"])
def test_a_long_paragraph_is_cut_at_ends_of_sentences_only(end: str) -> None:
    found = texts(f"{'热' * 99}{end}" * 5)
    assert len(found) > 1
    assert all(re.fullmatch(rf"(?:热{{99}}{re.escape(end)})+", text) for text in found)


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    found = texts("他说:“到 40℃ 就停工。”" * 30)
    assert len(found) > 1
    assert all(text.startswith("他说") and text.endswith("”") for text in found)


def test_a_sentence_longer_than_a_passage_is_not_torn() -> None:
    assert texts("热" * 400 + "。") == ["热" * 400 + "。"]


def test_passages_are_numbered_from_one_under_the_name_of_their_policy() -> None:
    passages = cut(replace(POLICY, paragraphs=("甲" * 200 + "。", "乙" * 200 + "。")))
    assert [(passage.id, passage.policy) for passage in passages] == [("heat#1", "heat"), ("heat#2", "heat")]


def test_every_shipped_policy_fits_one_screen() -> None:
    long = [
        passage.id
        for policy in read_library(shipped_library())
        for passage in cut(policy)
        if len(passage.text) > 2 * LONGEST_PASSAGE
    ]
    assert long == []

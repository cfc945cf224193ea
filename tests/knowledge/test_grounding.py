"""Say it only if it stands on a passage: what an answer may hold, and what leads to a refusal."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import shipped_library
from knowledge import Assistant, Question
from knowledge.grounding import confidence, lacks_what_is_asked
from knowledge.model import Answer, Confidence, Policy, Refusal
from knowledge.policies import read_library
from knowledge.ranking import Ranking
from tests.knowledge.housing import NOON, ask, said

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
POLICIES = {policy.id: policy for policy in read_library(shipped_library())}
SAMPLE = sorted(POLICIES)[::4]
RANKING = Ranking.load()


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> list[tuple[Policy, Answer]]:
    """What the shipped library answers to one ask of every fourth policy."""
    asked = [(POLICIES[name], ask(assistant, POLICIES[name].asks[0])) for name in SAMPLE]
    return [(policy, reply) for policy, reply in asked if isinstance(reply, Answer)]


def test_there_are_answers_to_look_at(answers: list[tuple[Policy, Answer]]) -> None:
    assert len(answers) > len(SAMPLE) / 2


def test_every_answer_is_cited_and_every_citation_is_a_passage_of_the_library(answers: list[tuple[Policy, Answer]]) -> None:
    for _, reply in answers:
        assert reply.parts
        assert reply.citations
        for citation in reply.citations:
            policy = POLICIES[citation.policy]
            assert citation.passage.startswith(f"{policy.id}#")
            assert citation.source.startswith(policy.source.name)
            assert citation.text


def test_every_paragraph_of_an_answer_stands_in_a_cited_passage(answers: list[tuple[Policy, Answer]]) -> None:
    for _, reply in answers:
        cited = "\n\n".join(citation.text for citation in reply.citations)
        for part in reply.parts:
            assert part.correction in cited
            for paragraph in part.paragraphs:
                assert paragraph in cited


def test_every_number_of_an_answer_stands_in_a_cited_passage(answers: list[tuple[Policy, Answer]]) -> None:
    for _, reply in answers:
        cited = set(NUMBER.findall("\n".join(citation.text for citation in reply.citations)))
        assert set(NUMBER.findall(said(reply))) <= cited


def test_what_was_never_verified_is_never_an_answer(answers: list[tuple[Policy, Answer]]) -> None:
    for _, reply in answers:
        assert all(part.confidence is not Confidence.UNVERIFIED for part in reply.parts)
        assert all(POLICIES[citation.policy].confidence is not Confidence.UNVERIFIED for citation in reply.citations)


def test_asking_for_what_is_not_known_never_gets_an_unverified_text_as_an_answer(assistant: Assistant) -> None:
    unknown = [policy for policy in POLICIES.values() if policy.confidence is Confidence.UNVERIFIED]
    assert unknown
    for policy in unknown:
        reply = ask(assistant, policy.asks[0])
        if isinstance(reply, Answer):
            assert not set(policy.paragraphs) & set(said(reply).split("\n")), policy.id


@pytest.mark.parametrize("year", [2000, 2019, 2026, 2060])
def test_nothing_out_of_force_on_the_day_is_cited(assistant: Assistant, year: int) -> None:
    moment, day = datetime(year, 7, 1, 4, tzinfo=UTC), date(year, 7, 1)
    dated = [policy for policy in POLICIES.values() if policy.valid_from or policy.valid_to]
    assert dated
    for policy in dated:
        reply = assistant.answer(Question(policy.asks[0], moment)).reply
        citations = reply.citations if isinstance(reply, (Answer, Refusal)) else ()
        assert all(POLICIES[citation.policy].in_force(day) for citation in citations), policy.id


@pytest.mark.parametrize("text", ["帮我算算这个月彩票开什么号", "今天股票买哪个好", "推荐个好看的电影"])
def test_what_the_library_does_not_hold_is_no_answer(assistant: Assistant, text: str) -> None:
    assert not isinstance(ask(assistant, text), Answer)


@given(st.dictionaries(st.sampled_from(sorted(RANKING.ground)), st.floats(-1e9, 1e9)))
def test_sureness_is_a_probability_whatever_was_found(numbers: dict[str, float]) -> None:
    assert 0.0 < confidence(numbers, RANKING, has_vectors=True) < 1.0
    assert 0.0 < confidence(numbers, RANKING, has_vectors=False) < 1.0


@given(st.text(max_size=200))
def test_nothing_a_person_can_type_breaks_an_answer(assistant: Assistant, text: str) -> None:
    assert assistant.answer(Question(text, NOON)).reply is not None


@pytest.mark.parametrize("text", ["布洛芬一次吃几片", "藿香正气水一天喝几支", "小孩发烧喂多少毫升退烧药", "这药的用量是多少"])
def test_how_much_of_a_medicine_to_take_is_never_answered(assistant: Assistant, text: str) -> None:
    assert not isinstance(ask(assistant, text), Answer)


def test_a_question_for_money_is_not_answered_by_a_passage_without_an_amount() -> None:
    assert lacks_what_is_asked("叫救护车多少钱", "打 120，说清路名。")
    assert not lacks_what_is_asked("打仲裁多少钱", "劳动仲裁不收费。")
    assert not lacks_what_is_asked("疲劳驾驶罚多少钱", "罚款 20–200 元。")

"""The shipped library as its readers were promised it: complete, dated, short, and with no figure that nobody verified."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from bot.app import shipped_library
from knowledge.folding import fold, words
from knowledge.model import Confidence, Policy
from knowledge.policies import TOPICS, read_library

FACTS = Path(__file__).parents[3] / "shared" / "domain" / "facts"
FACT = re.compile(r"\*\*([A-Z]-\d+[a-z]?)\*\*")
NUMBER = re.compile(r"(?<![\d.A-Za-z-])(?:1(?:10|19|2[02])|12\d{3}|96110)(?![\d.%])")
FIGURE = re.compile(
    r"\d+(?:\.\d+)?\s*(?:%|℃|度|万|亿|元|块|角|岁|天|日|小时|分钟|秒|个月|月|周|公里|千米|km|米|吨|公斤|kg|级|倍|次|分(?!钟)|家|个|名|人|瓦|伏)"
)
LONGEST = 260  # characters a rider reads in half a minute
FIRST_RULE = date(1990, 1, 1)


@pytest.fixture(scope="module")
def policies() -> tuple[Policy, ...]:
    return read_library(shipped_library())


def text(policy: Policy) -> str:
    return "\n".join((*policy.paragraphs, policy.correction))


def of(policies: Iterable[Policy], *confidences: Confidence) -> list[Policy]:
    return [policy for policy in policies if policy.confidence in confidences]


def figures(words: str) -> list[str]:
    """Amounts, times and measures: what may only be said where somebody verified it."""
    return FIGURE.findall(words)


@pytest.fixture(scope="module")
def known_facts() -> dict[str, set[str]]:
    """The facts of each sheet."""
    if not FACTS.is_dir():
        pytest.skip("the fact sheets are not on this machine")
    return {path.name: set(FACT.findall(path.read_text(encoding="utf-8"))) for path in sorted(FACTS.glob("0[1-8]*.md"))}


def test_there_are_policies_enough_and_every_topic_has_some(policies: tuple[Policy, ...]) -> None:
    assert len(policies) >= 150
    assert {policy.topic for policy in policies} == TOPICS


def test_every_policy_has_8_to_15_asks(policies: tuple[Policy, ...]) -> None:
    assert {policy.id: len(policy.asks) for policy in policies if not 8 <= len(policy.asks) <= 15} == {}


def test_no_two_policies_claim_the_same_ask(policies: tuple[Policy, ...]) -> None:
    askers: dict[str, list[str]] = {}
    for policy in policies:
        for ask in policy.asks:
            askers.setdefault("".join(words(fold(ask))), []).append(f"{policy.id}: {ask}")
    assert [claims for claims in askers.values() if len(claims) > 1] == []


def test_no_two_policies_have_the_same_title(policies: tuple[Policy, ...]) -> None:
    assert [title for title, count in Counter(policy.title for policy in policies).items() if count > 1] == []


def test_every_fact_that_is_named_exists(policies: tuple[Policy, ...], known_facts: dict[str, set[str]]) -> None:
    known = set().union(*known_facts.values()) | set(FACT.findall((FACTS / "09_risky_claims.md").read_text(encoding="utf-8")))
    risky = {fact for policy in policies for fact in policy.facts if fact.startswith("R-")}  # rows of a table, without ids
    assert {fact for policy in policies for fact in policy.facts} - known - risky == set()


def test_every_fact_sheet_is_represented(policies: tuple[Policy, ...], known_facts: dict[str, set[str]]) -> None:
    used = {fact for policy in policies for fact in policy.facts}
    sheets = {name: len(facts & used) for name, facts in known_facts.items() if facts}
    assert len(sheets) == 8
    assert {name: share for name, share in sheets.items() if share == 0 and not name.startswith("07")} == {}


def test_a_sheet_is_used_up_to_what_is_no_knowledge_for_riders(
    policies: tuple[Policy, ...], known_facts: dict[str, set[str]]
) -> None:
    used = {fact for policy in policies for fact in policy.facts}
    shares = {name: len(facts & used) / len(facts) for name, facts in known_facts.items() if not name.startswith("07")}
    assert {name: share for name, share in shares.items() if share < 0.8} == {}


def test_what_nobody_verified_holds_no_figure(policies: tuple[Policy, ...]) -> None:
    unknown = of(policies, Confidence.UNVERIFIED)
    assert len(unknown) > 20
    assert {policy.id: found for policy in unknown if (found := figures(text(policy)))} == {}


@pytest.mark.parametrize("words", ["补 300元", "到 38.5 ℃", "3 个月内", "满 16 岁", "罚 5 分", "1.8万 个", "打折 20%"])
def test_a_figure_would_be_seen(words: str) -> None:
    assert figures(words)


@pytest.mark.parametrize("words", ["打 12345 问", "2026 年版没见到", "GB 17761", "010-1234"])
def test_a_telephone_number_a_year_and_a_name_are_no_figures(words: str) -> None:
    assert figures(words) == []


def test_where_sources_differ_the_answer_sends_people_to_somebody_who_knows(policies: tuple[Policy, ...]) -> None:
    silent = [
        policy.id
        for policy in of(policies, Confidence.CONFLICTING)
        if not re.search(r"问|看|查|打|以.+为准|不一|不同|各|别", text(policy))
    ]
    assert silent == []


def test_no_text_is_longer_than_half_a_minute(policies: tuple[Policy, ...]) -> None:
    assert {policy.id: len(text(policy)) for policy in policies if len(text(policy)) > LONGEST} == {}


def test_a_correction_says_what_is_wrong_and_what_is_right(policies: tuple[Policy, ...]) -> None:
    corrections = {policy.id: policy.correction for policy in policies if policy.correction}
    assert len(corrections) > 50
    assert {name for name, said in corrections.items() if not re.search(r"不|没|别|未", said)} == set()


def test_every_telephone_number_that_is_named_has_a_policy_of_its_own(policies: tuple[Policy, ...]) -> None:
    hotlines = [policy for policy in of(policies, Confidence.VERIFIED, Confidence.SECONDARY) if policy.topic == "hotline"]
    explained = {number for policy in hotlines for number in NUMBER.findall(policy.title)}
    assert {"110", "119", "120", "122", "12333", "12345", "12348", "12351", "12356"} <= explained
    for policy in hotlines:
        assert set(NUMBER.findall(policy.title)) <= set(NUMBER.findall(text(policy))), policy.id
    named = {number: policy.id for policy in policies for number in NUMBER.findall(text(policy))}
    assert {number: name for number, name in named.items() if number not in explained} == {}


def test_no_private_or_mobile_number_stands_in_a_text(policies: tuple[Policy, ...]) -> None:
    private = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4})(?!\d)")
    assert {policy.id for policy in policies if private.search(text(policy))} == set()


def test_dates_make_sense(policies: tuple[Policy, ...]) -> None:
    known = {policy.id: policy for policy in policies}
    for policy in policies:
        assert policy.reviewed is not None, policy.id
        assert policy.reviewed >= date(2026, 1, 1), policy.id
        assert policy.valid_from is None or FIRST_RULE <= policy.valid_from <= date(policy.reviewed.year + 1, 12, 31), policy.id
        if policy.superseded_by:
            heir = known[policy.superseded_by]
            assert policy.valid_to is not None, policy.id
            assert heir.valid_from is None or heir.valid_from > policy.valid_to, policy.id
            assert heir.confidence is not Confidence.UNVERIFIED, policy.id
    assert any(policy.valid_to for policy in policies)


def test_sources_can_be_looked_up(policies: tuple[Policy, ...]) -> None:
    assert {policy.id for policy in policies if len(policy.source.name) < 4} == set()


def test_background_names_the_article_it_comes_from_as_one_places_own_figures(policies: tuple[Policy, ...]) -> None:
    alxa = next(policy for policy in policies if policy.id == "background-alxa-stations")
    assert re.search(r"15 ?个", text(alxa))
    assert re.search(r"1 ?个司机之家", text(alxa))
    assert "阿拉善" in text(alxa)
    assert all(policy.source.name for policy in policies if policy.topic == "background")


def test_dangerous_home_remedies_are_only_named_to_warn_of_them(policies: tuple[Policy, ...]) -> None:
    for myth in ("掐人中", "抹牙膏", "雪搓", "酒精擦"):
        for policy in policies:
            for sentence in re.split(r"[。;;!?\n]", text(policy)):
                assert myth not in sentence or re.search(r"别|不|没|勿|莫", sentence), (policy.id, sentence)


def test_no_dose_of_a_medicine_is_given(policies: tuple[Policy, ...]) -> None:
    dose = re.compile(r"\d+\s*(?:毫克|mg|毫升|ml|片|粒|支)(?:一次|/次|每|药)?")
    found = {
        policy.id: dose.findall(text(policy)) for policy in policies if policy.topic in {"heat", "cold", "first-aid", "limits"}
    }
    assert {name for name, doses in found.items() if doses and "huoxiang" in name} == set()

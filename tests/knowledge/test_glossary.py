"""Rider words: what is one thing is found under one name, and what differs before the law is never merged (facts/07 G-06)."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from bot.app import shipped_library
from knowledge.errors import Fault, LibraryError
from knowledge.folding import fold
from knowledge.glossary import Glossary, read_glossary

# Neighbours whose legal consequences differ. Each row holds two or more matters, each in one or more spellings.
APART: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("劳动关系",), ("劳务关系",)),
    (("劳动合同",), ("书面协议", "承揽协议")),
    (("工伤",), ("职业伤害", "职伤"), ("商业意外险", "意外险")),
    (("高温津贴", "高温费"), ("防暑降温费",)),
    (("超载",), ("超限",)),
    (("旧国标", "老国标"), ("超标车",), ("电摩",)),
    (("工会会费",), ("党费",)),
    (("报到", "双报到", "党员报道"), ("组织关系转接", "转组织关系"), ("党员登记",)),
    (("调解",), ("私了",)),
)
PAIRS = [(one, other) for row in APART for ones, others in combinations(row, 2) for one in ones for other in others]


@pytest.fixture(scope="module")
def shipped_glossary() -> Glossary:
    return read_glossary(shipped_library() / "glossary.tsv")


def concepts(glossary: Glossary, text: str) -> list[str]:
    return glossary.concepts(fold(text))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_terms_that_differ_before_the_law_are_never_one_concept(shipped_glossary: Glossary, one: str, other: str) -> None:
    assert not set(concepts(shipped_glossary, one)) & set(concepts(shipped_glossary, other))


def test_no_spelling_leads_to_two_matters_that_must_stay_apart(shipped_glossary: Glossary) -> None:
    """Any of the 1,300 lines, not only the spellings above: a spelling that names one matter must not mean its neighbour."""
    wrong = []
    for row in APART:
        meanings = [{concept for term in terms for concept in concepts(shipped_glossary, term)} for terms in row]
        for variant, canonical in shipped_glossary.variants.items():
            named = [n for n, terms in enumerate(row) if any(fold(term) in variant for term in terms)]
            meant = [n for n, meaning in enumerate(meanings) if canonical in meaning]
            if len(named) == 1 and meant and meant != named:
                wrong.append((variant, canonical))
    assert wrong == []


@pytest.mark.parametrize("term", sorted({terms[0] for row in APART for terms in row} - {"党员登记"}))
def test_each_of_these_terms_is_known_at_all(shipped_glossary: Glossary, term: str) -> None:
    assert concepts(shipped_glossary, term)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("老国标", "旧国标"), ("意外险", "商业意外险"), ("党员报道", "党员报到"), ("高溫津貼", "高温津贴"), ("承揽协议", "书面协议")],
)
def test_a_rider_word_means_what_the_library_says(shipped_glossary: Glossary, said: str, meant: str) -> None:
    assert concepts(shipped_glossary, said) == concepts(shipped_glossary, meant) == [meant]


def test_the_longest_spelling_wins_and_the_order_is_kept() -> None:
    glossary = Glossary.of({"充电": "充电", "手机充电": "手机充电", "歇脚": "休息"})
    assert glossary.concepts("歇脚手机充电充电") == ["休息", "手机充电", "充电"]
    assert glossary.concepts("没有的词") == []
    assert Glossary.of({}).concepts("充电") == []


def test_spellings_are_folded_as_questions_are(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text(
        "variant\tcanonical\tcategory\n# 注释\n\n四十度\t高温\tx\nＡＰＰ\t手机应用\tx\n機車\t摩托车\tx\n", encoding="utf-8-sig"
    )
    glossary = read_glossary(path)
    assert concepts(glossary, "40℃的天app用不了,机车也不走") == ["高温", "手机应用", "摩托车"]


def test_a_missing_glossary_is_an_empty_one(tmp_path: Path) -> None:
    assert read_glossary(tmp_path / "glossary.tsv").variants == {}


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(LibraryError) as caught:
        read_glossary(path)
    return caught.value.faults


def test_every_wrong_line_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text("热\t高温\tx\n两列\t高温\n热\t寒冷\tx\n\t\t\n空\t\tx\n\u200b\t高温\tx\n", encoding="utf-8")
    faults = faults_of(path)
    assert [(fault.file, fault.line) for fault in faults] == [("glossary.tsv", line) for line in (2, 3, 5, 6)]
    assert all(fault.what and fault.remedy for fault in faults)
    assert "two things" in faults[1].what


def test_a_glossary_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_bytes("热\t高温\tx\n".encode("gbk"))
    assert faults_of(path) == (Fault("glossary.tsv", 1, "is not UTF-8", "save the file as UTF-8"),)

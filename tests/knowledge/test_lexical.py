"""Postings against the formulas written out the slow way, one document and one token at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.lexical import Field, Postings, grams

TOKENS = st.sampled_from("高温停工几度津贴钱")
DOCUMENT = st.lists(TOKENS, max_size=12)
FIELDS = (Field(1.5, 0.3), Field(1.0, 0.75))
QUERY = st.dictionaries(st.sampled_from("高温停工几度津贴钱没有"), st.floats(0.1, 2.0), max_size=6)
K1 = 1.2


def naive_idf(documents: list[set[str]], token: str) -> float:
    """ln(1 + (N - n + .5) / (n + .5)), Robertson & Zaragoza 2009; a token that no document holds: ln(1.5 + N)."""
    holding = sum(token in document for document in documents)
    if not holding:
        return math.log(1.5 + len(documents))
    return math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))


def naive_bm25(documents: list[list[list[str]]], query: dict[str, float]) -> list[float]:
    """BM25F: fields are weighted, normalised by length and merged, then saturated."""
    sets = [{token for tokens in document for token in tokens} for document in documents]
    averages = [max(1.0, sum(len(document[n]) for document in documents) / len(documents)) for n in range(len(FIELDS))]
    scores = []
    for document in documents:
        score = 0.0
        for token, weight in query.items():
            merged = 0.0
            for field, tokens, average in zip(FIELDS, document, averages, strict=True):
                norm = 1 - field.length_penalty + field.length_penalty * len(tokens) / average
                merged += field.weight * tokens.count(token) / norm
            score += weight * naive_idf(sets, token) * merged / (merged + K1)
        scores.append(score)
    return scores


def naive_cosine(documents: list[list[str]], query: dict[str, float]) -> list[float]:
    """Cosine of tf-idf vectors; a token no document holds makes the query longer."""
    sets = [set(document) for document in documents]
    asked = {token: weight * naive_idf(sets, token) for token, weight in query.items()}
    scores = []
    for document in documents:
        vector = {token: (1 + math.log(document.count(token))) * naive_idf(sets, token) for token in set(document)}
        dot = sum(weight * vector.get(token, 0.0) for token, weight in asked.items())
        lengths = math.hypot(*vector.values()) * math.hypot(*asked.values())
        scores.append(dot / lengths if lengths else 0.0)
    return scores


@settings(max_examples=60)
@given(st.lists(st.tuples(DOCUMENT, DOCUMENT).map(list), min_size=1, max_size=8), QUERY)
def test_bm25_is_what_the_formula_says(documents: list[list[list[str]]], query: dict[str, float]) -> None:
    scores = Postings.bm25(documents, FIELDS, K1).score(query)
    assert scores.shape == (len(documents),)
    np.testing.assert_allclose(scores, naive_bm25(documents, query), rtol=1e-4, atol=1e-6)


@settings(max_examples=60)
@given(st.lists(DOCUMENT, min_size=1, max_size=8), QUERY)
def test_cosine_is_what_the_formula_says(documents: list[list[str]], query: dict[str, float]) -> None:
    scores = Postings.cosine(documents).similarity(query)
    np.testing.assert_allclose(scores, naive_cosine(documents, query), rtol=1e-4, atol=1e-6)


@settings(max_examples=30)
@given(st.lists(DOCUMENT.filter(bool), min_size=1, max_size=6))
def test_a_document_asked_word_for_word_is_as_similar_as_can_be(documents: list[list[str]]) -> None:
    index = Postings.cosine(documents)
    for number, document in enumerate(documents):
        query = {token: 1 + math.log(document.count(token)) for token in document}
        similarity = index.similarity(query)
        assert similarity[number] == pytest.approx(1.0, abs=1e-4)
        assert similarity.max() <= 1.0001


@settings(max_examples=20)
@given(st.lists(DOCUMENT, min_size=1, max_size=8), QUERY)
def test_what_was_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], query: dict[str, float]
) -> None:
    path = tmp_path_factory.mktemp("postings") / "units.npz"
    index = Postings.cosine(documents)
    index.save(path)
    loaded = Postings.load(path)
    assert loaded.size == index.size
    np.testing.assert_array_equal(loaded.similarity(query), index.similarity(query))
    assert {token: loaded.idf(token) for token in query} == {token: index.idf(token) for token in query}


def test_tokens_nobody_wrote_find_nothing() -> None:
    index = Postings.bm25([[["高"], ["温"]], [["停"], []]], FIELDS)
    assert index.score({"没": 1.0}).tolist() == [0.0, 0.0]
    assert index.score({}).tolist() == [0.0, 0.0]


def test_a_rare_token_tells_more_than_a_common_one_and_an_unseen_one_as_much_as_any() -> None:
    index = Postings.cosine([["钱", "高"], ["钱", "温"], ["钱"]])
    assert index.idf("钱") < index.idf("高") <= index.idf("没见过")


def test_pairs_are_joined_so_that_no_word_can_look_like_one() -> None:
    assert grams(["高", "温", "天"])[:3] == ["高", "温", "天"]
    assert len(grams(["高", "温", "天"])) == 5
    assert not {"高温", "温天"} & set(grams(["高", "温", "天"]))
    assert grams([]) == []
    assert grams(["高"]) == ["高"]

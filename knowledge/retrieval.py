"""Search forms to policies: four lexical signals and a dense one, fused by weights that were fitted on our own questions.

Units are a policy's title, asks, paragraphs and correction: the best unit says how well somebody has asked this before.
Passages merge title, asks and text (BM25F) and say how much of the question the policy covers at all.
Both exist for characters (with glossary concepts) and for sounds. Each signal lies in 0..1, so weights are comparable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.lexical import Field, Postings
from knowledge.model import Passage, Policy
from knowledge.passages import cut
from knowledge.places import names_one_of, places_in
from knowledge.ports import Embedder, Index, Matrix
from knowledge.ranking import SIGNALS, Ranking
from knowledge.rewriting import Rewriter, Search

FIELDS = (Field(1.5, 0.3), Field(1.0, 0.3), Field(1.0, 0.5))  # title, asks, text
OTHER_PLACE = 0.75
NEIGHBOURS = 48  # units fetched from the dense index; a policy has about 15
POSTINGS = ("units.grams", "units.sounds", "passages.grams", "passages.sounds")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A policy found: its best passage, the fused score, the signals behind it (in the order of `SIGNALS`), and its
    `standing`, the mean over the signals that spoke of 1 / rank.
    """

    policy: Policy
    passage: Passage
    score: float
    signals: tuple[float, ...]
    standing: float


@dataclass(frozen=True, slots=True)
class Findings:
    """The hits of a search, best first, and for each signal that spoke the policy it puts first."""

    hits: tuple[Hit, ...]
    leaders: tuple[Policy, ...]


class Lexicon:
    """The policies of a release with their units, passages and postings."""

    def __init__(self, policies: Sequence[Policy], postings: dict[str, Postings]) -> None:
        self.policies = tuple(policies)
        self.numbers = {policy.id: n for n, policy in enumerate(self.policies)}
        cuts = [cut(policy) for policy in self.policies]
        self.passages = tuple(passage for passages in cuts for passage in passages)
        self.passage_owner = np.array([n for n, passages in enumerate(cuts) for _ in passages], np.int64)
        self.unit_owner = np.array([n for n, policy in enumerate(self.policies) for _ in units_of(policy)], np.int64)
        self._first_passage = np.searchsorted(self.passage_owner, np.arange(len(self.policies)))
        self._first_unit = np.searchsorted(self.unit_owner, np.arange(len(self.policies)))
        self.postings = postings
        titled = ((n, places_in(policy.title)) for n, policy in enumerate(self.policies))
        self.local = {n: places_in(" ".join(units_of(self.policies[n]))) for n, places in titled if places}

    @classmethod
    def build(cls, policies: Sequence[Policy], rewriter: Rewriter) -> Lexicon:
        """Index policies from scratch; the slow part of a release, about a millisecond a passage."""
        units = [unit for policy in policies for unit in units_of(policy)]
        grams = {text: rewriter.gram_tokens(text) for text in units}
        heard = {text: rewriter.sound_tokens(text) for text in units}

        def fields(tokens: dict[str, list[str]], passage_tokens: list[str], policy: Policy) -> list[list[str]]:
            return [tokens[policy.title], [token for ask in policy.asks for token in tokens[ask]], passage_tokens]

        passages = [(policy, passage) for policy in policies for passage in cut(policy)]
        return cls(policies, {
            "units.grams": Postings.cosine([grams[text] for text in units]),
            "units.sounds": Postings.cosine([heard[text] for text in units]),
            "passages.grams": Postings.bm25([fields(grams, rewriter.gram_tokens(q.text), p) for p, q in passages], FIELDS),
            "passages.sounds": Postings.bm25([fields(heard, rewriter.sound_tokens(q.text), p) for p, q in passages], FIELDS),
        })  # fmt: skip

    def save(self, folder: Path) -> None:
        """Write the postings, one file each."""
        for name, postings in self.postings.items():
            postings.save(folder / f"{name}.npz")

    @classmethod
    def load(cls, folder: Path, policies: Sequence[Policy]) -> Lexicon:
        """Read what `save` wrote for the same policies."""
        return cls(policies, {name: Postings.load(folder / f"{name}.npz") for name in POSTINGS})

    def knows(self, pair: str) -> bool:
        """Whether two neighbouring characters (joined as `grams` joins them) occur in the library."""
        return pair in self.postings["passages.grams"]

    def units(self) -> list[str]:
        """Every unit's text, in the order of `unit_owner`."""
        return [unit for policy in self.policies for unit in units_of(policy)]

    def best_by_policy(self, unit_scores: Scores) -> Scores:
        """The largest score among each policy's units."""
        return np.maximum.reduceat(unit_scores, self._first_unit) if len(self.policies) else unit_scores

    def signals(self, search: Search) -> tuple[Scores, Scores]:
        """The lexical signals, shape (policies, 4), and the scores that choose a policy's passage, shape (passages,)."""
        units = self.postings["units.grams"].similarity(search.grams)
        heard = self.postings["units.sounds"].similarity(search.sounds)
        covered = _share(self.postings["passages.grams"], search.grams)
        sounded = _share(self.postings["passages.sounds"], search.sounds)
        by_policy = np.stack(
            [
                self.best_by_policy(units),
                np.maximum.reduceat(covered, self._first_passage),
                self.best_by_policy(heard),
                np.maximum.reduceat(sounded, self._first_passage),
            ],
            axis=1,
        )
        return by_policy, covered + sounded

    def passage_of(self, number: int, passage_scores: Scores) -> Passage:
        """The passage of a policy that fits best."""
        first = int(self._first_passage[number])
        last = int(self._first_passage[number + 1]) if number + 1 < len(self.policies) else len(self.passages)
        return self.passages[first + int(np.argmax(passage_scores[first:last]))]


class Retriever:
    """Finds policies. Works without `embedder` and `index`; the ranking then uses its lexical weights."""

    def __init__(self, lexicon: Lexicon, ranking: Ranking, embedder: Embedder | None = None, index: Index | None = None) -> None:
        self.lexicon = lexicon
        self.ranking = ranking
        self._embedder = embedder
        self._index = index

    @property
    def has_vectors(self) -> bool:
        """Whether meaning counts besides characters and sounds."""
        return self._embedder is not None and self._index is not None

    def with_vectors(self, embedder: Embedder, index: Index) -> Retriever:
        """The same retriever with the dense signal switched on."""
        return Retriever(self.lexicon, self.ranking, embedder, index)

    def search(self, search: Search, day: date, count: int = 10) -> Findings:
        """The best `count` policies in force on `day`, best first; a superseded one is represented by its successor."""
        if not self.lexicon.policies or not (search.grams or search.sounds):
            return Findings((), ())
        signals, passage_scores = self.signals(search)
        scores = self.ranking.scores(signals, search.typed_pinyin, self.has_vectors)
        self._demote_other_places(scores, search)
        speaking = signals[:, signals.max(axis=0) > 0]
        hits: dict[str, Hit] = {}
        for number in map(int, np.argsort(-scores)[: count * 3]):
            current = self._in_force(number, day)
            if current is None or self.lexicon.policies[current].id in hits:
                continue
            policy = self.lexicon.policies[current]
            passage = self.lexicon.passage_of(current, passage_scores)
            ranks = (speaking > speaking[number]).sum(axis=0)
            standing = float(np.mean(1.0 / (1.0 + ranks))) if speaking.shape[1] else 0.0
            hits[policy.id] = Hit(policy, passage, float(scores[number]), tuple(map(float, signals[number])), standing)
            if len(hits) == count:
                break
        leaders = tuple(self.lexicon.policies[int(number)] for number in speaking.argmax(axis=0))
        return Findings(tuple(hits.values()), leaders)

    def _demote_other_places(self, scores: Scores, search: Search) -> None:
        """A policy about one place is hardly the answer to a question that does not name the place."""
        heard = " ".join(token for token in search.sounds if "\u2009" not in token)
        for number, places in self.lexicon.local.items():
            if not names_one_of(places, search.text, heard):
                scores[number] *= OTHER_PLACE

    def signals(self, search: Search) -> tuple[Scores, Scores]:
        """All signals, shape (policies, len(SIGNALS)), the dense one zero where there are no vectors."""
        lexical, passage_scores = self.lexicon.signals(search)
        dense = np.zeros((len(lexical), len(SIGNALS) - lexical.shape[1]), np.float32)
        if self._embedder is not None and self._index is not None and not search.typed_pinyin:
            dense[:, 0] = self._dense(self._embedder.embed_queries([search.text]), self._index)
        return np.concatenate([lexical, dense], axis=1), passage_scores

    def _dense(self, vector: Matrix, index: Index) -> Scores:
        units = np.zeros(len(self.lexicon.unit_owner), np.float32)
        for row, cosine in index.nearest(vector, NEIGHBOURS):
            units[row] = max(0.0, cosine)
        return self.lexicon.best_by_policy(units)

    def _in_force(self, number: int, day: date) -> int | None:
        """The policy itself if it is in force, else the one that follows it, else None."""
        for _ in range(len(self.lexicon.policies)):
            policy = self.lexicon.policies[number]
            if policy.in_force(day):
                return number
            follower = self.lexicon.numbers.get(policy.superseded_by)
            if follower is None or (policy.valid_from is not None and day < policy.valid_from):
                return None
            number = follower
        return None


def units_of(policy: Policy) -> list[str]:
    """What a policy can be recognised by: title, asks, paragraphs, correction."""
    return [policy.title, *policy.asks, *policy.paragraphs, *([policy.correction] if policy.correction else [])]


def _share(postings: Postings, query: dict[str, float]) -> Scores:
    """BM25 as a share of what a document saying everything asked would get, in 0..1."""
    most = sum(weight * postings.idf(token) for token, weight in query.items())
    return postings.score(query) / np.float32(most or 1.0)

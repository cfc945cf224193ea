"""Fit the fusion of the signals and the line between answer and refusal on our golden questions; seeded, about a minute.

    python -m knowledge.training.ranking [--out FILE]

Fusion: logistic regression on differences between the signals of a right policy and of the strongest wrong ones (weights are
kept positive), once with vectors, once without, once for questions typed as pinyin (every golden question is also asked that
way). Refusal: logistic regression on `grounding.evidence`, with refusals among the golden questions and off-topic utterances as
negatives; the threshold minimises wrong answers + false refusals. Prints both by five-fold cross-validation.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from knowledge.adapters.embedding import StaticEmbedder
from knowledge.glossary import read_glossary
from knowledge.grounding import evidence, may_answer
from knowledge.policies import read_library
from knowledge.ports import Matrix
from knowledge.ranking import FIRST_GUESS, SHIPPED, SIGNALS, Ranking
from knowledge.retrieval import Hit, Lexicon, Retriever
from knowledge.rewriting import Rewriter, Search
from knowledge.training.embedding import LIBRARY
from knowledge.training.triage import fit, labelled_kinds, lines
from knowledge.triage import KINDS, Triage, features

GOLDEN = tuple(sorted(Path(__file__).parent.glob("golden_*.jsonl")))
DAY = date(2026, 11, 21)
SEED = 20261121
RIVALS = 8
Array = NDArray[np.float32]
Item = dict[str, Any]


class ExactIndex:
    """Brute-force nearest neighbours, for training only."""

    def __init__(self, vectors: Matrix) -> None:
        self._vectors = vectors

    def nearest(self, vector: Matrix, count: int) -> list[tuple[int, float]]:
        """All rows by cosine, nearest first."""
        cosines = self._vectors @ vector[0]
        return [(int(row), float(cosines[row])) for row in np.argsort(-cosines)[:count]]

    def close(self) -> None:
        """Nothing to let go of."""


def golden(paths: Sequence[Path] = GOLDEN) -> list[Item]:
    """The golden questions of the files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def as_pinyin(text: str, chooser: random.Random) -> str:
    """The text as somebody without a Chinese keyboard would type it, words now and then run together."""
    joints = ("", " ", " ")
    return "".join(syllable + chooser.choice(joints) for syllable in lazy_pinyin(text))


class Bench:
    """The library with everything needed to look at a question as the assistant does."""

    def __init__(self) -> None:
        self.rewriter = Rewriter(read_glossary(LIBRARY / "glossary.tsv"))
        self.lexicon = Lexicon.build(read_library(LIBRARY), self.rewriter)
        self.embedder = StaticEmbedder()
        self.index = ExactIndex(self.embedder.embed_documents(self.lexicon.units()))
        self.triage = Triage.load()
        self.live = np.array([policy.in_force(DAY) for policy in self.lexicon.policies])

    def retriever(self, ranking: Ranking, vectors: bool = True) -> Retriever:
        """A retriever over the library."""
        plain = Retriever(self.lexicon, ranking)
        return plain.with_vectors(self.embedder, self.index) if vectors else plain

    def right(self, item: Item) -> NDArray[np.bool_]:
        """Which policies stand on one of an item's facts."""
        wanted = set(item["facts"])
        return np.array([bool(wanted & set(policy.facts)) for policy in self.lexicon.policies])


def fit_weights(bench: Bench, cases: list[tuple[Search, NDArray[np.bool_]]], columns: list[int]) -> tuple[float, ...]:
    """Positive weights of the signals in `columns`, zero for the others."""
    retriever = bench.retriever(FIRST_GUESS)
    weights = np.zeros(len(SIGNALS), np.float32)
    weights[columns] = 1.0
    for _ in range(3):  # the strongest rivals depend on the weights
        rows = []
        for search, right in cases:
            signals, _ = retriever.signals(search)
            scores = np.where(bench.live, signals @ weights, -1.0)
            if not right[bench.live].any():
                continue
            best = int(np.argmax(np.where(right, scores, -1.0)))
            rivals = [n for n in np.argsort(-scores) if not right[n]][:RIVALS]
            rows += [signals[best][columns] - signals[n][columns] for n in rivals]
        matrix = np.array(rows + [-row for row in rows])
        labels = [1] * len(rows) + [0] * len(rows)
        model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=500, random_state=SEED).fit(matrix, labels)
        weights = np.zeros(len(SIGNALS), np.float32)
        weights[columns] = np.maximum(model.coef_[0], 0.0)
        weights /= weights.sum() / 3.0
    return tuple(map(float, weights))


def hit_rates(bench: Bench, ranking: Ranking, cases: list[tuple[Search, NDArray[np.bool_]]], vectors: bool) -> tuple[float, float]:
    """Shares of cases whose first hit, and one of whose first five hits, is right."""
    retriever = bench.retriever(ranking, vectors)
    ranks = []
    for search, right in cases:
        hits = retriever.search(search, DAY, 5)
        ranks.append(next((n for n, hit in enumerate(hits, 1) if right[bench.lexicon.numbers[hit.policy.id]]), 99))
    return float(np.mean([rank == 1 for rank in ranks])), float(np.mean([rank <= 5 for rank in ranks]))


def fit_ground(bench: Bench, ranking: Ranking, items: list[Item]) -> Ranking:
    """The ranking with coefficients and threshold for refusing."""
    retriever = bench.retriever(ranking)
    rows: list[dict[str, float]] = []
    labels: list[int] = []
    for item in items:
        search = bench.rewriter.search(item["q"], item.get("history", ()))
        hits = retriever.search(search, DAY, 10)
        found = evidence(hits, search, item.get("kinds") or bench.triage.kinds(item["q"], item.get("history", ())))
        rows.append(found)
        labels.append(int(item["kind"] == "answer" and right_among(hits, item)))
    names = list(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=3.0, max_iter=2000, random_state=SEED)
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    guesses = cross_val_predict(model, matrix, labels, cv=folds, method="predict_proba")[:, 1]
    threshold, report = choose_threshold(guesses, np.array(labels), items)
    print(report)
    model.fit(matrix, labels)
    ground = dict(zip(names, map(float, model.coef_[0]), strict=True)) | {"bias": float(model.intercept_[0])}
    return replace(ranking, ground=ground, threshold=threshold)


def judged_unseen(texts: list[str]) -> list[Item]:
    """Off-topic utterances as refusals, each with the opinion of a triage that was trained without it."""
    labelled = labelled_kinds()
    position = {text: n for n, (text, _) in enumerate(labelled)}
    found: list[Item] = []
    for fold in range(4):
        held = set(texts[fold::4])
        kept = [pair for pair in labelled if pair[0] not in held]
        model = fit([text for text, _ in kept], [KINDS.index(kind) for _, kind in kept], len(KINDS))
        for text in held & position.keys():
            kinds = dict(zip(KINDS, map(float, model.probabilities(features(text))), strict=True))
            found.append({"q": text, "kind": "refuse", "facts": [], "extra": True, "kinds": kinds})
    return sorted(found, key=lambda item: str(item["q"]))


def right_among(hits: Sequence[Hit], item: Item) -> bool:
    """Whether one of the two best answerable policies stands on the item's facts."""
    return any(set(hit.policy.facts) & set(item["facts"]) for hit in [hit for hit in hits if may_answer(hit)][:2])


def choose_threshold(guesses: Array, labels: NDArray[np.int64], items: list[Item]) -> tuple[float, str]:
    """The threshold with the fewest refusals answered (weighted twice) and answers refused, and what it costs."""
    refuse = np.array([item["kind"] == "refuse" and not item.get("extra") for item in items])
    answer = np.array([item["kind"] == "answer" for item in items])
    def cost(line: float) -> float:
        return float(2 * (guesses[refuse] >= line).mean() + 3 * (guesses[answer] < line).mean())
    best = min((n / 100 for n in range(20, 81)), key=cost)
    return best, (f"held out: threshold {best:.2f}, refused of refusals {(guesses[refuse] < best).mean():.3f},"
                  f" refused of answers {(guesses[answer] < best).mean():.3f}")  # fmt: skip


def main() -> None:
    """Fit everything and save it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    options = parser.parse_args()
    bench, chooser = Bench(), random.Random(SEED)
    items = golden()
    answers = [item for item in items if item["kind"] == "answer"]
    cases = [(bench.rewriter.search(item["q"], item.get("history", ())), bench.right(item)) for item in answers]
    typed = [(bench.rewriter.search(as_pinyin(i["q"], chooser)), bench.right(i)) for i in answers if not i.get("history")]
    chinese = [case for case in cases if not case[0].typed_pinyin]
    typed += [case for case in cases if case[0].typed_pinyin]
    weights = {
        "full": fit_weights(bench, chinese, [0, 1, 2, 3, 4]),
        "lexical": fit_weights(bench, chinese, [0, 1, 2, 3]),
        "pinyin": fit_weights(bench, typed, [2, 3]),
    }
    ranking = Ranking(weights)
    for name, among, vectors in (("full", chinese, True), ("lexical", chinese, False), ("pinyin", typed, False)):
        print(name, [round(w, 2) for w in weights[name]], "hit@1 %.3f hit@5 %.3f" % hit_rates(bench, ranking, among, vectors))
    outside = judged_unseen(lines("offtopic"))
    ranking = fit_ground(bench, ranking, [i for i in items if i["kind"] in ("answer", "refuse")] + outside)
    ranking.save(options.out)
    print(f"saved {options.out}")


if __name__ == "__main__":
    main()

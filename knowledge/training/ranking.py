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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from knowledge.adapters.embedding import StaticEmbedder
from knowledge.glossary import Glossary, read_glossary
from knowledge.grounding import evidence, may_answer
from knowledge.model import Confidence, Policy
from knowledge.policies import read_library
from knowledge.ports import Embedder, Matrix
from knowledge.ranking import FIRST_GUESS, SHIPPED, SIGNALS, Ranking
from knowledge.retrieval import Hit, Lexicon, Retriever
from knowledge.rewriting import Rewriter, Search
from knowledge.training.embedding import LIBRARY
from knowledge.training.embedding import train as train_embedding
from knowledge.training.triage import fit, labelled_kinds, lines
from knowledge.triage import KINDS, Triage

GOLDEN = (LIBRARY / "golden.jsonl",)
DAY = date(2026, 11, 21)
SEED = 20261121
RIVALS = 8
FOLDS = 4
HELD_OUT_EPOCHS = 30
GOLDEN_WEIGHT = 4.0  # another author's questions count more than held-out asks
Array = NDArray[np.floating[Any]]
Item = dict[str, Any]
Kinds = Callable[[str, Sequence[str]], dict[str, float]]


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

    def __init__(self, policies: Sequence[Policy], glossary: Glossary, embedder: Embedder, kinds: Kinds) -> None:
        self.rewriter = Rewriter(glossary)
        self.lexicon = Lexicon.build(policies, self.rewriter)
        self.rewriter.learn_spelling(self.lexicon.knows)
        self.embedder = embedder
        self.index = ExactIndex(embedder.embed_documents(self.lexicon.units()))
        self.kinds = kinds
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
        hits = retriever.search(search, DAY, 5).hits
        ranks.append(next((n for n, hit in enumerate(hits, 1) if right[bench.lexicon.numbers[hit.policy.id]]), 99))
    return float(np.mean([rank == 1 for rank in ranks])), float(np.mean([rank <= 5 for rank in ranks]))


@dataclass(frozen=True, slots=True)
class Example:
    """A question seen by an assistant that never saw it before, and whether one of its two best policies is right."""

    numbers: dict[str, float]
    right: bool
    kind: str
    weight: float
    mode: str


def examples_of(bench: Bench, ranking: Ranking, items: Sequence[Item], weight: float) -> list[Example]:
    """Look at items with vectors and without."""
    return [
        example(bench, bench.retriever(ranking, mode == "full"), item, weight, mode)
        for mode in ("full", "lexical")
        for item in items
    ]


def example(bench: Bench, retriever: Retriever, item: Item, weight: float, mode: str) -> Example:
    """Look at one item."""
    history = item.get("history", ())
    search = bench.rewriter.search(item["q"], history)
    found = retriever.search(search, DAY, 10)
    numbers = evidence(found, search, bench.kinds(bench.rewriter.respelt(item["q"]), history))
    return Example(numbers, item["kind"] == "answer" and right_among(found.hits, item), item["kind"], weight, mode)


def unseen_examples(policies: Sequence[Policy], glossary: Glossary, ranking: Ranking) -> list[Example]:
    """Asks and off-topic utterances, each judged by an index, vectors and a triage made without it (four folds)."""
    chooser = random.Random(SEED)
    outside = lines("offtopic")
    found: list[Example] = []
    for fold in range(FOLDS):
        kept, items = hold_out(policies, fold, chooser)
        items += [{"q": text, "kind": "refuse", "facts": []} for text in outside[fold::FOLDS]]
        held = {str(item["q"]) for item in items}
        labelled = [pair for pair in labelled_kinds(kept) if pair[0] not in held]
        model = fit([text for text, _ in labelled], [KINDS.index(kind) for _, kind in labelled])
        triage = Triage(model)
        tokenizer, vectors = train_embedding(kept, glossary, HELD_OUT_EPOCHS)
        bench = Bench(kept, glossary, StaticEmbedder.of(tokenizer, vectors.numpy()), triage.kinds)
        found += examples_of(bench, ranking, items, 1.0)
        print(f"fold {fold + 1}: {len(items)} unseen questions", flush=True)
    return found


def hold_out(policies: Sequence[Policy], fold: int, chooser: random.Random) -> tuple[list[Policy], list[Item]]:
    """The policies without every fourth ask, and those asks as items: all of the unverified, a third of the others."""
    kept: list[Policy] = []
    items: list[Item] = []
    for policy in policies:
        held = policy.asks[fold::FOLDS]
        kept.append(replace(policy, asks=tuple(ask for ask in policy.asks if ask not in held)))
        unknown = policy.confidence is Confidence.UNVERIFIED
        chosen = held if unknown else [ask for ask in held if chooser.random() < 1 / 3]
        facts = [] if unknown else [*policy.facts, policy.id]
        items += [{"q": ask, "kind": "refuse" if unknown else "answer", "facts": facts} for ask in chosen]
    return kept, items


def fit_ground(examples: list[Example]) -> tuple[dict[str, float], float]:
    """Coefficients and threshold for refusing, in one mode."""
    names = list(examples[0].numbers)
    matrix = np.array([[example.numbers[name] for name in names] for example in examples])
    labels = np.array([example.right for example in examples], int)
    weights = np.array([example.weight for example in examples])
    center, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
    scaled = (matrix - center) / spread
    guesses = np.zeros(len(labels))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=SEED).split(scaled, labels):
        model = LogisticRegression(C=1.0, max_iter=2000, random_state=SEED).fit(scaled[train], labels[train], weights[train])
        guesses[test] = model.predict_proba(scaled[test])[:, 1]
    golden_only = weights > 1.0
    kinds = np.array([example.kind for example in examples])
    threshold, report = choose_threshold(guesses[golden_only], kinds[golden_only])
    print(report)
    model = LogisticRegression(C=1.0, max_iter=2000, random_state=SEED).fit(scaled, labels, weights)
    slopes = model.coef_[0] / spread
    ground = dict(zip(names, map(float, slopes), strict=True))
    return ground | {"bias": float(model.intercept_[0] - slopes @ center)}, threshold


def right_among(hits: Sequence[Hit], item: Item) -> bool:
    """Whether one of the two best answerable policies stands on the item's facts (or is the policy asked for)."""
    wanted = set(item["facts"])
    return any(wanted & {*hit.policy.facts, hit.policy.id} for hit in [hit for hit in hits if may_answer(hit)][:2])


def choose_threshold(guesses: Array, kinds: NDArray[np.str_]) -> tuple[float, str]:
    """The line with the least cost, an answer refused counting four times a refusal answered, and what it costs."""
    refuse, answer = kinds == "refuse", kinds == "answer"

    def cost(line: float) -> float:
        return float((guesses[refuse] >= line).mean() + 4 * (guesses[answer] < line).mean())

    best = min((n / 100 for n in range(20, 81)), key=cost)
    table = "\n".join(
        f"  {line / 100:.2f}  refused of refusals {(guesses[refuse] < line / 100).mean():.3f}"
        f"  refused of answers {(guesses[answer] < line / 100).mean():.3f}" for line in range(20, 85, 5)
    )  # fmt: skip
    return best, f"golden questions, held out; threshold {best:.2f}\n{table}"


def main() -> None:
    """Fit everything and save it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    options = parser.parse_args()
    policies, glossary = read_library(LIBRARY), read_glossary(LIBRARY / "glossary.tsv")
    bench, chooser = Bench(policies, glossary, StaticEmbedder(), Triage.load().kinds), random.Random(SEED)
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
        first, five = hit_rates(bench, ranking, among, vectors)
        print(f"{name} {[round(w, 2) for w in weights[name]]} hit@1 {first:.3f} hit@5 {five:.3f}", flush=True)
    judged = [item for item in items if item["kind"] in ("answer", "refuse")]
    examples = examples_of(bench, ranking, judged, GOLDEN_WEIGHT) + unseen_examples(policies, glossary, ranking)
    fitted = {mode: fit_ground([one for one in examples if one.mode == mode]) for mode in ("full", "lexical")}
    ranking = replace(
        ranking,
        ground={mode: ground for mode, (ground, _) in fitted.items()},
        thresholds={mode: line for mode, (_, line) in fitted.items()},
    )
    ranking.save(options.out)
    print(f"saved {options.out}")


if __name__ == "__main__":
    main()

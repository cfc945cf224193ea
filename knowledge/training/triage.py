"""Train the triage model on the library's asks and the utterances in `utterances/`; seeded, about a minute.

    python -m knowledge.training.triage [--out FILE]

Every utterance is also given as its sounds alone, so that typed pinyin is judged like the characters it stands for.
Prints the accuracy of five-fold cross-validation. Needs scikit-learn (`pip install .[train]`).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from knowledge.linear import LinearModel
from knowledge.model import Confidence, Policy
from knowledge.policies import read_library
from knowledge.training.embedding import LIBRARY
from knowledge.triage import KINDS, SHIPPED, Triage, features

UTTERANCES = Path(__file__).parent / "utterances"
SEED = 20261121
RAREST = 2
STRENGTH = 30.0  # inverse regularisation, chosen by cross-validation


def lines(name: str) -> list[str]:
    """The utterances of a file, without comments."""
    held = (UTTERANCES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in held if line.strip() and not line.startswith("#")]


def labelled_kinds(policies: Sequence[Policy]) -> list[tuple[str, str]]:
    """(utterance, kind) of everything that is learnt from."""
    found: list[tuple[str, str]] = []
    for policy in policies:
        kind = "offtopic" if policy.topic == "limits" else "question"
        found += [(ask, kind) for ask in policy.asks if kind == "question" or policy.confidence is Confidence.UNVERIFIED]
    found += [(line, "question") for line in lines("question_about_stations")]
    found += [(line, name) for name in ("station", "clarify", "offtopic") for line in lines(name)]
    found += [(line, name) for name in KINDS[4:] for line in lines(f"smalltalk_{name}")]
    return found


def fit(texts: list[str], labels: list[int]) -> LinearModel:
    """A softmax model over the features of `texts`."""
    rows = [features(text) for text in texts]
    sounded = [[name for name in row if name.startswith("~")] for row in rows]
    rows += sounded
    labels = labels * 2
    frequency = Counter(name for row in rows[: len(texts)] for name in row)
    vocabulary = {name: n for n, name in enumerate(sorted(name for name, count in frequency.items() if count >= RAREST))}
    matrix = to_matrix(rows, vocabulary)
    model = LogisticRegression(C=STRENGTH, max_iter=400, class_weight="balanced", random_state=SEED)
    model.fit(matrix, labels)
    return LinearModel.of(list(vocabulary), model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def to_matrix(rows: list[list[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Rows of unit length, as `LinearModel.probabilities` weighs them."""
    data, columns, starts = [], [], [0]
    for row in rows:
        numbers = [vocabulary[name] for name in row if name in vocabulary]
        columns += numbers
        data += [1.0 / max(1, len(row)) ** 0.5] * len(numbers)
        starts.append(len(columns))
    return csr_matrix((data, columns, starts), shape=(len(rows), len(vocabulary)), dtype=np.float32)


def cross_validate(texts: list[str], labels: list[int], names: tuple[str, ...]) -> None:
    """Print, for each class, the share found and the share right among five held-out fifths."""
    guesses = np.zeros(len(texts), int)
    for kept, held in StratifiedKFold(5, shuffle=True, random_state=SEED).split(texts, labels):
        model = fit([texts[n] for n in kept], [labels[n] for n in kept])
        guesses[held] = [int(np.argmax(model.probabilities(features(texts[n])))) for n in held]
    truth = np.array(labels)
    for number, name in enumerate(names):
        found, given = truth == number, guesses == number
        print(f"{name:16} {found.sum():5} recall {(guesses[found] == number).mean():.3f}"
              f" precision {(truth[given] == number).mean() if given.any() else 0:.3f}")  # fmt: skip


def main() -> None:
    """Fit the model and save it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--check", action="store_true", help="cross-validate as well")
    options = parser.parse_args()
    policies = read_library(LIBRARY)
    kinds = labelled_kinds(policies)
    texts, labels = [text for text, _ in kinds], [KINDS.index(kind) for _, kind in kinds]
    if options.check:
        cross_validate(texts, labels, KINDS)
    triage = Triage(fit(texts, labels))
    triage.save(options.out)
    print(f"saved {options.out} ({options.out.stat().st_size / 1e3:.0f} kB)")


if __name__ == "__main__":
    main()

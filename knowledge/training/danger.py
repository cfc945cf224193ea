"""Train the emergency recogniser on the utterances in `utterances/`; seeded, about four minutes.

    python -m knowledge.training.danger [--out FILE] [--threshold P]

Two linear models (characters and sounds; evidence of the rules), one over types, a logistic line that weighs the first two,
fitted on held-out fifths, and three small networks over all features. Prints, for the held-out fifths, what rules, model and both
together recall at given false alarms.
Needs scikit-learn and torch (`pip install .[train]`).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from knowledge.emergency.cards import GENERAL
from knowledge.emergency.evidence import gather
from knowledge.emergency.network import Network, network_features
from knowledge.emergency.recognising import FLAGS, SHIPPED, Recogniser, inputs
from knowledge.emergency.signs import TYPES
from knowledge.linear import LinearModel, Vocabulary
from knowledge.policies import read_library
from knowledge.training.embedding import LIBRARY
from knowledge.training.triage import SEED, UTTERANCES, labelled_kinds, lines, to_matrix
from knowledge.triage import features

CALM = "calm"
EASY = 0.5  # the weight of ordinary questions beside utterances written for this
PLAIN_STRENGTH, RULED_STRENGTH, TYPE_STRENGTH, LINE_STRENGTH = 30.0, 30.0, 10.0, 1.0
RAREST = 2
NETWORKS, RAREST_OF_NETWORK, WIDTH, ROUNDS, BATCH, RATE, LEFT_OUT, WIDE = 3, 4, 16, 8, 128, 0.01, 0.5, 4.0
TYPED = 0.4  # the share of texts that the network also reads in pinyin
DOUBT = 0.02  # how often a label may be wrong
FALSE_ALARMS = (0.005, 0.01, 0.02, 0.05)
ONLY = {"characters and sounds": ("plain",), "rules": ("ruled",), "both": ("plain", "ruled")}
OPINIONS = ("plain", "ruled", "plain clause", "ruled clause")
NAMES = (*OPINIONS, "grave", "sign", "heard", "several", *FLAGS, *(f"grave×{flag}" for flag in FLAGS))
seen = cache(gather)  # each text and each clause is looked at six times
Utterance = tuple[str, str, float]  # text, type or "calm", weight


def utterances() -> list[Utterance]:
    """Everything that is learnt from; those written for this first."""
    found: list[Utterance] = []
    for path in sorted((UTTERANCES / "danger").glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            label, tab, text = line.partition("\t")
            kind = label.split(":")[0]
            if not tab or kind not in (*TYPES, GENERAL, CALM):
                raise ValueError(f"{path.name}:{number}: write a type, general or calm:<why>, a tab, the words")
            found.append((text, kind, 1.0))
    found += [(line, CALM, EASY) for line in lines("not_emergency")]
    return found + [(text, CALM, EASY) for text, _ in labelled_kinds(read_library(LIBRARY))]


def fit_model(rows: Sequence[Sequence[str]], labels: Sequence[int], weights: Sequence[float], strength: float) -> LinearModel:
    """A linear model over rows of feature names; two classes or as many as there are labels."""
    frequency = Counter(name for row in rows for name in row)
    vocabulary = {name: n for n, name in enumerate(sorted(name for name, count in frequency.items() if count >= RAREST))}
    matrix = to_matrix([list(row) for row in rows], vocabulary)
    two = max(labels) == 1
    model = LogisticRegression(C=strength, max_iter=300, solver="liblinear" if two else "lbfgs", random_state=SEED)
    model.fit(matrix, labels, sample_weight=weights)
    learnt: NDArray[np.float32] = model.coef_.T.astype(np.float32)
    bias: NDArray[np.float32] = np.asarray(model.intercept_, np.float32)
    if two:
        learnt = np.asarray(np.concatenate([-learnt, learnt], axis=1) / 2, np.float32)
        bias = np.array([-bias[0] / 2, bias[0] / 2], np.float32)
    return LinearModel.of(list(vocabulary), learnt, bias)


def fit_opinions(texts: Sequence[str], danger: Sequence[int], weights: Sequence[float]) -> tuple[LinearModel, LinearModel]:
    """The model over characters and sounds (each text also as its sounds alone), and the one over evidence."""
    rows = [features(text) for text in texts]
    rows += [[name for name in row if name.startswith("~")] for row in rows]
    plain = fit_model(rows, [*danger, *danger], [*weights, *weights], PLAIN_STRENGTH)
    ruled = fit_model([sorted(seen(text).features) for text in texts], danger, weights, RULED_STRENGTH)
    return plain, ruled


def as_typed(text: str, between: str) -> str:
    """A text as somebody types it who has no Chinese keyboard at hand: toneless pinyin."""
    return between.join(syllable.strip() for syllable in lazy_pinyin(text) if syllable.strip())


def in_pinyin_as_well(texts: Sequence[str], chooser: np.random.Generator) -> tuple[list[str], list[int]]:
    """The texts, some of them a second time as they are typed in pinyin; and the place each came from."""
    typed = [number for number in range(len(texts)) if chooser.random() < TYPED]
    return (
        [*texts, *(as_typed(texts[number], "" if number % 3 else " ") for number in typed)],
        [*range(len(texts)), *typed],
    )


def fit_network(texts: Sequence[str], danger: Sequence[int], weights: Sequence[float]) -> Network:
    """The networks, from different seeds; some texts are read in pinyin as well."""
    read, places = in_pinyin_as_well(texts, np.random.default_rng(SEED))
    rows = [network_features(text, seen(text)) for text in read]
    frequency = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in frequency.items() if count >= RAREST_OF_NETWORK)
    numbers = {name: n for n, name in enumerate(names)}
    numbered = [np.array([numbers[name] for name in row if name in numbers], np.int64) for row in rows]
    targets = np.asarray(danger, np.float32)[places] * (1 - 2 * DOUBT) + DOUBT
    weighing = np.asarray(weights, np.float32)[places]
    fitted = [fit_one(numbered, len(names), targets, weighing, SEED + number) for number in range(NETWORKS)]
    known, order = Vocabulary.of(names)
    table, hidden, out = (np.stack(parts) for parts in zip(*fitted, strict=True))
    return Network(known, table.transpose(1, 0, 2)[order], hidden, out)


def fit_one(
    numbered: Sequence[NDArray[np.int64]], features: int, targets: NDArray[np.float32], weighing: NDArray[np.float32], seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """One network's table, hidden layer and last layer. Half of the features of a text are left out each time it is looked at."""
    import torch  # half a gigabyte that only training needs
    from torch.nn.functional import binary_cross_entropy_with_logits

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    chooser = np.random.default_rng(seed)
    bag = torch.nn.EmbeddingBag(features, 1 + WIDTH, mode="sum", sparse=True)
    torch.nn.init.normal_(bag.weight, std=0.05)
    bag.weight.data[:, 0] = 0
    hidden, out = torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, 1)
    wide = torch.optim.SparseAdam(list(bag.parameters()), lr=RATE)
    deep = torch.optim.AdamW([*hidden.parameters(), *out.parameters()], lr=RATE / 3, weight_decay=1e-4)
    count = len(numbered)
    batches = [batch for _ in range(ROUNDS) for batch in np.array_split(chooser.permutation(count), count // BATCH + 1)]
    for step, batch in enumerate(batches):
        kept = [numbered[n][chooser.random(len(numbered[n])) > LEFT_OUT] for n in batch]
        starts = np.cumsum([0, *(len(row) for row in kept[:-1])])
        scale = np.concatenate([np.full(len(row), 1 / max(1, len(row)) ** 0.5, np.float32) for row in kept])
        summed = bag(torch.from_numpy(np.concatenate(kept)), torch.from_numpy(starts), per_sample_weights=torch.from_numpy(scale))
        odds = summed[:, 0] * WIDE + out(torch.relu(hidden(torch.tanh(summed[:, 1:])))).squeeze(1)
        loss = binary_cross_entropy_with_logits(odds, torch.from_numpy(targets[batch]), weight=torch.from_numpy(weighing[batch]))
        wide.param_groups[0]["lr"] = RATE * (1 - 0.97 * step / len(batches))
        wide.zero_grad()
        deep.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        wide.step()  # type: ignore[no-untyped-call]
        deep.step()
    table = bag.weight.detach().numpy().copy()
    table[:, 0] *= WIDE
    layer = torch.cat([hidden.weight, hidden.bias[:, None]], dim=1).detach().numpy()
    return table, layer, torch.cat([out.weight[0], out.bias]).detach().numpy()


def weighed(texts: Sequence[str], plain: LinearModel, ruled: LinearModel) -> NDArray[np.float64]:
    """What the line weighs, shape (texts, names)."""
    table = np.zeros((len(texts), len(NAMES)))
    for row, text in enumerate(texts):
        given = inputs(text, seen(text), plain, ruled, seen)
        table[row] = [given.get(name, 0.0) for name in NAMES]
    return table


def held_out(texts: Sequence[str], danger: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The table of `weighed`, each fifth by opinions that never saw it."""
    table = np.zeros((len(texts), len(NAMES)))
    for kept, held in StratifiedKFold(5, shuffle=True, random_state=SEED).split(texts, danger):
        opinions = fit_opinions([texts[n] for n in kept], danger[kept].tolist(), weights[kept].tolist())
        table[held] = weighed([texts[n] for n in held], *opinions)
    return table


def report(table: NDArray[np.float64], danger: NDArray[np.int64], written: NDArray[np.bool_], weights: NDArray[np.float64]) -> None:
    """Print recall at given false alarms, for each opinion alone and for all together, among what was written for this."""
    for name, columns in [*ONLY.items(), ("all", NAMES)]:
        chosen = table[:, [NAMES.index(column) for column in columns]]
        score = (
            LogisticRegression(C=LINE_STRENGTH, max_iter=2000).fit(chosen, danger, sample_weight=weights).decision_function(chosen)
        )
        calm = np.sort(score[written & (danger == 0)])[::-1]
        real = score[written & (danger == 1)]
        figures = "  ".join(f"{share:.1%}: {(real > calm[int(share * len(calm))]).mean():.3f}" for share in FALSE_ALARMS)
        print(f"{name:22} recall at false alarms of {figures}")


def main() -> None:
    """Fit and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--threshold", type=float, default=0.3, help="probability from which a card is shown")
    options = parser.parse_args()
    rows = utterances()
    texts = [text for text, _, _ in rows]
    danger = np.array([int(kind != CALM) for _, kind, _ in rows])
    weights = np.array([weight for _, _, weight in rows])
    print(f"{len(rows)} utterances, {danger.sum()} of danger, {(weights == 1).sum()} written for this")
    table = held_out(texts, danger, weights)
    report(table, danger, weights == 1, weights)
    line = LogisticRegression(C=LINE_STRENGTH, max_iter=2000, random_state=SEED).fit(table, danger, sample_weight=weights)
    plain, ruled = fit_opinions(texts, danger.tolist(), weights.tolist())
    real = [(text, kind) for text, kind, _ in rows if kind in TYPES]  # a bare cry for help is danger of no type
    named = [features(text) for text, _ in real]
    named += [[name for name in row if name.startswith("~")] for row in named]
    kinds = [TYPES.index(kind) for _, kind in real]
    types = fit_model(named, kinds * 2, [1.0] * len(named), TYPE_STRENGTH)
    held = {name: round(float(weight), 4) for name, weight in zip(NAMES, line.coef_[0], strict=True)}
    network = fit_network(texts, danger.tolist(), weights.tolist())
    recogniser = Recogniser(plain, ruled, types, network, held | {"bias": round(float(line.intercept_[0]), 4)}, options.threshold)
    recogniser.save(options.out)
    print(f"saved {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()

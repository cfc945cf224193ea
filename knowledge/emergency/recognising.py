"""Is somebody in danger now, and of what? Rules and small models weighed together; deterministic, no database, no network.

Two linear opinions: one over the evidence of the rules (signs, their severity, who, now, negation, tense, word classes), one over
plain characters and sounds. A logistic line, fitted on held-out folds of our own utterances (knowledge.training.danger), weighs
both, of the whole message and of its strongest clause. A small network over all features gives a last opinion, and the mean of the
two decides; `contributions` says what each gave.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.emergency.cards import GENERAL
from knowledge.emergency.evidence import GRAVE, Evidence, gather
from knowledge.emergency.network import Network, network_features
from knowledge.emergency.signs import TYPES
from knowledge.folding import HAN, fold, words
from knowledge.linear import LinearModel, load_models, save_models
from knowledge.sounds import is_typed_pinyin
from knowledge.triage import features

SHIPPED = Path(__file__).parents[1] / "models" / "danger.npz"
FLAGS = ("news", "lesson", "past", "resolved", "hypothetical", "knowledge", "claims", "negation", "figure", "help", "now", "who")
CLASS = "K:"  # before a word class in the evidence
IDLE = frozenset(("SELF NEG HYPO KNOW CLAIM NEWS LESSON ORDER PLACEWISH FIGOBJ EMOTION SCENE RESOLVED PAST").split())
CLAUSE = re.compile(r"[\s,，。;；!！?？、]+")
SHORTEST_CLAUSE = 3  # characters
MOST_CLAUSES = 8
UNSURE = 0.4  # a likeliest type less likely than this is right half the time: the general card fits better
BESIDE = 0.25  # a second type this likely brings its numbers along
WARMING = "有人 you ren"
SIGN = 0.25  # what a grave sign of a type adds to its likelihood


@dataclass(frozen=True, slots=True)
class Alarm:
    """`probability` of danger now, whether that is `danger`, the likeliest `types` first, and log-odds by piece of evidence."""

    probability: float
    danger: bool
    types: tuple[str, ...]
    contributions: dict[str, float]


class Recogniser:
    """Weighs a message. `plain` and `ruled` are (calm, danger) models, `types` one over the types of danger."""

    def __init__(
        self, plain: LinearModel, ruled: LinearModel, types: LinearModel, network: Network, weights: dict[str, float],
        threshold: float,
    ) -> None:  # fmt: skip
        self.plain = plain
        self.ruled = ruled
        self.types = types
        self.network = network
        self.weights = weights
        self.threshold = threshold

    def recognise(self, text: str) -> Alarm:
        """The alarm of a message. Never raises; below five milliseconds."""
        evidence = gather(text)
        given = inputs(text, evidence, self.plain, self.ruled)
        parts = {name: self.weights.get(name, 0.0) * value / 2 for name, value in given.items()}
        parts |= {"bias": self.weights["bias"] / 2, "network": self.network.odds(network_features(text, evidence)) / 2}
        shown = {name: round(value, 2) for name, value in parts.items() if value}
        probability = 1.0 / (1.0 + float(np.exp(-sum(parts.values()))))
        danger = probability >= self.threshold and (bool(evidence.signs) or not _is_strange(text, evidence))
        return Alarm(probability, danger, self._likely(text, evidence), shown)

    def _likely(self, text: str, evidence: Evidence) -> tuple[str, ...]:
        """The likeliest type, and those nearly as likely, likeliest first; `general` before them where all of it is a guess."""
        likely = self.types.probabilities(features(text))
        share = {kind: float(likely[n]) + SIGN * (evidence.gravity(kind) == GRAVE) for n, kind in enumerate(TYPES)}
        ranked = sorted(TYPES, key=lambda kind: -share[kind])
        unsure = (GENERAL,) if share[ranked[0]] < UNSURE else ()
        return (*unsure, ranked[0], *(kind for kind in ranked[1:3] if share[kind] >= BESIDE))

    def save(self, path: Path = SHIPPED) -> None:
        """Write models and weights."""
        line = json.dumps({"weights": self.weights, "threshold": self.threshold}).encode()
        models = {"plain": self.plain, "ruled": self.ruled, "types": self.types}
        save_models(path, models, {"line": np.frombuffer(line, np.uint8)} | self.network.arrays())

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Recogniser:
        """The shipped recogniser, its word lists read: nobody in danger waits for that."""
        models, more = load_models(path)
        line = json.loads(more["line"].tobytes())
        network = Network.of(more)
        loaded = cls(models["plain"], models["ruled"], models["types"], network, line["weights"], line["threshold"])
        loaded.recognise(WARMING)
        return loaded


def inputs(
    text: str, evidence: Evidence, plain: LinearModel, ruled: LinearModel, look: Callable[[str], Evidence] = gather
) -> dict[str, float]:
    """What the line weighs, as log-odds and flags of the rules. `look` gathers the evidence of a clause."""
    given = {"plain": odds(plain, features(text)), "ruled": odds(ruled, evidence.features)}
    parts = clauses(text)
    if parts:
        given["plain clause"] = max(0.0, max(odds(plain, features(part)) for part in parts) - given["plain"])
        given["ruled clause"] = max(0.0, max(odds(ruled, look(part).features) for part in parts) - given["ruled"])
    grave = any(severity == GRAVE for _, severity, _ in evidence.signs)
    for flag in FLAGS:
        if flag in evidence.around:
            given[flag] = 1.0
            if grave:
                given[f"grave×{flag}"] = 1.0
    if grave:
        given["grave"] = 1.0
    elif evidence.signs:
        given["sign"] = 1.0
    if "heard" in evidence.features:
        given["heard"] = 1.0
    if "several" in evidence.features:
        given["several"] = 1.0
    return given


def _is_strange(text: str, evidence: Evidence) -> bool:
    """Whether a message is neither Chinese nor pinyin and names nothing of a danger: the models know too little of its language."""
    folded = fold(text)
    if HAN.search(folded) or is_typed_pinyin(folded):
        return False
    return not any(name.startswith(CLASS) and name.removeprefix(CLASS) not in IDLE for name in evidence.features)


def odds(model: LinearModel, found: object) -> float:
    """Log-odds of danger in a (calm, danger) model."""
    calm = min(max(float(model.probabilities(sorted(found))[0]), 1e-9), 1 - 1e-9)  # type: ignore[call-overload]
    return float(np.log((1 - calm) / calm))


def clauses(text: str) -> list[str]:
    """The clauses of a message in characters; [] where there is only one."""
    found = [part for part in CLAUSE.split(text) if len(words(fold(part))) >= SHORTEST_CLAUSE]
    return found[:MOST_CLAUSES] if len(found) > 1 and HAN.search(text) else []

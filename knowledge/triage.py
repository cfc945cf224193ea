"""What kind of message is this? A linear model over characters and sounds, trained on utterances of our own.

`python -m knowledge.training.triage` fits and ships it (models/triage.npz, a megabyte and a half). Deterministic, no I/O after
loading, tens of microseconds a message.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.folding import fold, words
from knowledge.rewriting import continues, leans_on_history, strip_filler
from knowledge.sounds import sounds

SHIPPED = Path(__file__).parent / "models" / "triage.npz"
KINDS = (
    "question",
    "station",
    "clarify",
    "offtopic",
    "greeting",
    "thanks",
    "farewell",
    "identity",
    "ability",
    "acknowledgement",
    "chat",
)
SMALL_TALK = frozenset(KINDS[4:])
CHATTING = 0.5  # a turn that is small talk by itself is not made a question by the turn before


def features(text: str) -> list[str]:
    """Character n-grams (1–3, with the ends marked) and sound n-grams (1–3) of a message, each once."""
    folded = strip_filler(fold(text))
    characters = ["^", *words(folded), "$"]
    heard = sounds(folded)
    found = {"".join(characters[n : n + size]) for size in (1, 2, 3) for n in range(len(characters) - size + 1)}
    found |= {"~" + "~".join(heard[n : n + size]) for size in (1, 2, 3) for n in range(len(heard) - size + 1)}
    return sorted(found)


class LinearModel:
    """Softmax over weighted features of unit length."""

    def __init__(self, vocabulary: dict[str, int], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self.bias = bias

    def probabilities(self, found: Sequence[str]) -> NDArray[np.float32]:
        """One probability a class, shape (classes,)."""
        numbers = [self.vocabulary[name] for name in found if name in self.vocabulary]
        logits = self.bias.copy()
        if numbers:
            logits += self.weights[numbers].sum(axis=0) / np.sqrt(np.float32(len(found)))
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum(), np.float32)


class Triage:
    """Two heads: the kind of a message, and whether somebody is in danger."""

    def __init__(self, kinds: LinearModel, danger: LinearModel) -> None:
        self._kinds = kinds
        self._danger = danger

    def kinds(self, text: str, history: Sequence[str] = ()) -> dict[str, float]:
        """Probability of each kind; a turn that leans on the one before is read together with it as well."""
        found = self._kinds.probabilities(features(text))
        chatting = sum(float(found[KINDS.index(kind)]) for kind in SMALL_TALK) >= CHATTING
        if history and leans_on_history(text) and (continues(text) or not chatting):
            joined = self._kinds.probabilities(features(f"{history[-1]} {text}"))
            found = np.asarray((found + joined) / 2, np.float32)
        return dict(zip(KINDS, map(float, found), strict=True))

    def danger(self, text: str) -> float:
        """Probability that somebody is in danger now."""
        return float(self._danger.probabilities(features(text))[1])

    def save(self, path: Path = SHIPPED) -> None:
        """Write both heads; weights are kept as 16-bit numbers."""
        held: dict[str, NDArray[np.generic]] = {}
        for name, model in (("kinds", self._kinds), ("danger", self._danger)):
            vocabulary = json.dumps(list(model.vocabulary), ensure_ascii=False).encode()
            held[f"{name}.vocabulary"] = np.frombuffer(vocabulary, np.uint8)
            held[f"{name}.weights"] = model.weights.astype(np.float16)
            held[f"{name}.bias"] = model.bias
        np.savez_compressed(path, allow_pickle=False, **held)

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Triage:
        """The shipped model."""
        with np.load(path, allow_pickle=False) as held:
            heads = []
            for name in ("kinds", "danger"):
                names: list[str] = json.loads(held[f"{name}.vocabulary"].tobytes())
                vocabulary = {feature: n for n, feature in enumerate(names)}
                heads.append(LinearModel(vocabulary, held[f"{name}.weights"].astype(np.float32), held[f"{name}.bias"]))
        return cls(*heads)

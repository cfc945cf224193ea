"""What kind of message is this? A linear model over characters and sounds, trained on utterances of our own.

`python -m knowledge.training.triage` fits and ships it (models/triage.npz, a megabyte and a half). Deterministic, no I/O after
loading, tens of microseconds a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.folding import fold, words
from knowledge.linear import LinearModel, load_models, save_models
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


class Triage:
    """The kind of a message."""

    def __init__(self, kinds: LinearModel) -> None:
        self._kinds = kinds

    def kinds(self, text: str, history: Sequence[str] = ()) -> dict[str, float]:
        """Probability of each kind; a turn that leans on the one before is read together with it as well."""
        found = self._kinds.probabilities(features(text))
        chatting = sum(float(found[KINDS.index(kind)]) for kind in SMALL_TALK) >= CHATTING
        if history and leans_on_history(text) and (continues(text) or not chatting):
            joined = self._kinds.probabilities(features(f"{history[-1]} {text}"))
            found = np.asarray((found + joined) / 2, np.float32)
        return dict(zip(KINDS, map(float, found), strict=True))

    def save(self, path: Path = SHIPPED) -> None:
        """Write the model."""
        save_models(path, {"kinds": self._kinds})

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Triage:
        """The shipped model."""
        return cls(load_models(path)[0]["kinds"])

"""The numbers behind retrieval and refusal, fitted by `python -m knowledge.training.ranking` and shipped as ranking.json."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIGNALS = ("ask", "cover", "ask_sound", "cover_sound", "dense")
SHIPPED = Path(__file__).parent / "models" / "ranking.json"

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of the signals in three situations, and the line below which nothing is an answer.

    `weights["full"]` with vectors, `["lexical"]` without, `["pinyin"]` for a question typed in Latin letters.
    `ground["full"]` and `["lexical"]` hold the coefficients of grounding.confidence, by feature name; `thresholds` the lines.
    """

    weights: dict[str, tuple[float, ...]]
    ground: dict[str, dict[str, float]] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)

    def scores(self, signals: Scores, typed_pinyin: bool, has_vectors: bool) -> Scores:
        """One fused score a policy; `signals` has shape (policies, len(SIGNALS))."""
        name = "pinyin" if typed_pinyin else "full" if has_vectors else "lexical"
        return (signals @ np.array(self.weights[name], np.float32)).astype(np.float32)

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Ranking:
        """The shipped numbers."""
        held = json.loads(path.read_text(encoding="utf-8"))
        return cls({k: tuple(v) for k, v in held["weights"].items()}, held["ground"], held["thresholds"])

    def save(self, path: Path = SHIPPED) -> None:
        """Write the numbers, rounded so that a diff can be read."""
        held = {
            "weights": {name: [round(w, 4) for w in weights] for name, weights in self.weights.items()},
            "ground": {name: {k: round(v, 4) for k, v in values.items()} for name, values in self.ground.items()},
            "thresholds": {name: round(value, 4) for name, value in self.thresholds.items()},
        }
        path.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


FIRST_GUESS = Ranking(
    {"full": (1.0, 1.0, 0.6, 0.8, 0.6), "lexical": (1.0, 1.0, 0.7, 0.8, 0.0), "pinyin": (0.0, 0.0, 1.0, 1.0, 0.0)}
)

"""A small network over the same features as the linear models: it sees that a sign beside `去年` is no longer one.

Every feature has a weight and a short vector; the vectors of a message are summed, squashed, and read by one hidden layer. numpy
alone reads it; torch only trains it (knowledge.training.danger).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.emergency.evidence import Evidence
from knowledge.triage import features

OF_RULES = "E"  # before features of the rules, which share names with nothing then


@dataclass(frozen=True, slots=True)
class Network:
    """`table` holds a weight and a vector for each feature, shape (features, 1 + width); `hidden` (units, width + 1) and `out`
    (units + 1,) end with their biases.
    """

    vocabulary: dict[str, int]
    table: NDArray[np.float32]
    hidden: NDArray[np.float32]
    out: NDArray[np.float32]

    def odds(self, found: Iterable[str]) -> float:
        """Log-odds of danger."""
        numbers = [self.vocabulary[name] for name in found if name in self.vocabulary]
        if not numbers:
            return float(self.out[-1])
        summed = self.table[numbers].sum(axis=0) / np.sqrt(np.float32(len(numbers)))
        units = np.maximum(self.hidden[:, :-1] @ np.tanh(summed[1:]) + self.hidden[:, -1], 0)
        return float(summed[0] + self.out[:-1] @ units + self.out[-1])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is kept of it, with 16-bit numbers."""
        names = np.frombuffer("\n".join(self.vocabulary).encode(), np.uint8)
        return {"network-names": names, "network-table": self.table.astype(np.float16), "network-hidden": self.hidden,
                "network-out": self.out}  # fmt: skip

    @classmethod
    def of(cls, held: dict[str, NDArray[Any]]) -> Network:
        """The network of kept arrays."""
        names = held["network-names"].tobytes().decode().split("\n")
        table = held["network-table"].astype(np.float32)
        return cls({name: n for n, name in enumerate(names)}, table, held["network-hidden"], held["network-out"])


def network_features(text: str, evidence: Evidence) -> list[str]:
    """Characters, sounds and evidence, in order."""
    return [*features(text), *(OF_RULES + name for name in sorted(evidence.features))]

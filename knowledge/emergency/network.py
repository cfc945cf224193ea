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
from knowledge.linear import Vocabulary
from knowledge.triage import features

OF_RULES = "E"  # before features of the rules, which share names with nothing then


@dataclass(frozen=True, slots=True)
class Network:
    """Several small networks that differ in nothing but chance; the mean of their odds is steadier than any of them.

    `table` holds a weight and a vector for each feature and network, shape (features, networks, 1 + width); `hidden` (networks,
    units, width + 1) and `out` (networks, units + 1) end with their biases.
    """

    vocabulary: Vocabulary
    table: NDArray[np.floating[Any]]
    hidden: NDArray[np.float32]
    out: NDArray[np.float32]

    def odds(self, found: Iterable[str]) -> float:
        """Log-odds of danger, the mean over the networks."""
        rows = self.vocabulary.rows(found)
        if not len(rows):
            return float(self.out[:, -1].mean())
        summed = self.table[rows].sum(axis=0, dtype=np.float32) / np.sqrt(np.float32(len(rows)))
        units = np.einsum("nij,nj->ni", self.hidden[:, :, :-1], np.tanh(summed[:, 1:])) + self.hidden[:, :, -1]
        return float((summed[:, 0] + (self.out[:, :-1] * np.maximum(units, 0)).sum(axis=1) + self.out[:, -1]).mean())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is kept of it, with 16-bit numbers in the table."""
        kept: dict[str, NDArray[Any]] = {
            "keys": self.vocabulary.keys, "table": self.table.astype(np.float16), "hidden": self.hidden, "out": self.out,
        }  # fmt: skip
        return {f"network-{name}": array for name, array in kept.items()}

    @classmethod
    def of(cls, held: dict[str, NDArray[Any]]) -> Network:
        """The network of kept arrays."""
        return cls(Vocabulary(held["network-keys"]), held["network-table"], held["network-hidden"], held["network-out"])


def network_features(text: str, evidence: Evidence) -> list[str]:
    """Characters, sounds and evidence, in order."""
    return [*features(text), *(OF_RULES + name for name in sorted(evidence.features))]

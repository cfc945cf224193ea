"""Softmax over weighted features: the small models of the room, and how they are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class LinearModel:
    """Softmax over weighted features of unit length."""

    def __init__(self, vocabulary: dict[str, int], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self.bias = bias

    def probabilities(self, found: Sequence[str]) -> NDArray[np.float32]:
        """One probability a class, shape (classes,)."""
        numbers = [number for number in map(self.vocabulary.get, found) if number is not None]
        logits = self.bias.copy()
        if numbers:
            logits += self.weights[numbers].sum(axis=0) / np.sqrt(np.float32(len(found)))
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum(), np.float32)


def save_models(path: Path, models: Mapping[str, LinearModel], more: Mapping[str, NDArray[Any]] | None = None) -> None:
    """Write models to one .npz; weights are kept as 16-bit numbers."""
    held: dict[str, NDArray[Any]] = dict(more or {})
    for name, model in models.items():
        vocabulary = json.dumps(list(model.vocabulary), ensure_ascii=False).encode()
        held[f"{name}.vocabulary"] = np.frombuffer(vocabulary, np.uint8)
        held[f"{name}.weights"] = model.weights.astype(np.float16)
        held[f"{name}.bias"] = model.bias
    np.savez_compressed(path, allow_pickle=False, **held)


def load_models(path: Path) -> tuple[dict[str, LinearModel], dict[str, NDArray[Any]]]:
    """The models of a file, and whatever else was kept beside them."""
    models: dict[str, LinearModel] = {}
    with np.load(path, allow_pickle=False) as held:
        names = [key.removesuffix(".vocabulary") for key in held.files if key.endswith(".vocabulary")]
        for name in names:
            features: list[str] = json.loads(held[f"{name}.vocabulary"].tobytes())
            vocabulary = {feature: n for n, feature in enumerate(features)}
            models[name] = LinearModel(vocabulary, held[f"{name}.weights"].astype(np.float32), held[f"{name}.bias"])
        more = {key: held[key] for key in held.files if key.split(".")[0] not in names}
    return models, more

"""Softmax over weighted features: the small models of the room, and how they are kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SALT = b"\x9e"


class Vocabulary:
    """Feature names to rows. A name is kept as 64 bits only: a hundred thousand names as text take thirty megabytes."""

    def __init__(self, keys: NDArray[np.uint64]) -> None:
        """`keys` in order of size."""
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, names: Iterable[str]) -> NDArray[np.intp]:
        """The rows of those names that are known, shape (known,)."""
        asked = np.fromiter(map(key_of, names), np.uint64)
        places = np.minimum(np.searchsorted(self.keys, asked), max(0, len(self.keys) - 1))
        return places[self.keys[places] == asked] if len(self.keys) else places[:0]

    @classmethod
    def of(cls, names: Sequence[str]) -> tuple[Vocabulary, NDArray[np.intp]]:
        """A vocabulary of names, and the order that their rows have in it."""
        keys = np.fromiter(map(key_of, names), np.uint64, len(names))
        order = np.argsort(keys)
        return cls(keys[order]), order


def key_of(name: str) -> int:
    """64 bits of a name, the same in every process."""
    held = name.encode("utf-8", "surrogatepass")
    return zlib.crc32(held) << 32 | zlib.crc32(SALT + held[::-1])


class LinearModel:
    """Softmax over weighted features of unit length; `weights` of shape (features, classes)."""

    def __init__(self, vocabulary: Vocabulary, weights: NDArray[np.floating[Any]], bias: NDArray[np.float32]) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self.bias = bias

    @classmethod
    def of(cls, names: Sequence[str], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> LinearModel:
        """A model whose rows belong to `names`, in their order."""
        vocabulary, order = Vocabulary.of(names)
        return cls(vocabulary, weights[order], bias)

    def probabilities(self, found: Sequence[str]) -> NDArray[np.float32]:
        """One probability a class, shape (classes,)."""
        rows = self.vocabulary.rows(found)
        logits = self.bias.copy()
        if len(rows):
            logits += self.weights[rows].sum(axis=0, dtype=np.float32) / np.sqrt(np.float32(len(found)))
        raised = np.exp(logits - logits.max())
        return np.asarray(raised / raised.sum(), np.float32)


def save_models(path: Path, models: Mapping[str, LinearModel], more: Mapping[str, NDArray[Any]] | None = None) -> None:
    """Write models to one .npz; weights are kept as 16-bit numbers."""
    held: dict[str, NDArray[Any]] = dict(more or {})
    for name, model in models.items():
        held[f"{name}.keys"] = model.vocabulary.keys
        held[f"{name}.weights"] = model.weights.astype(np.float16)
        held[f"{name}.bias"] = model.bias
    unfinished = path.with_suffix(".new.npz")
    np.savez_compressed(unfinished, allow_pickle=False, **held)
    unfinished.replace(path)  # who loads it meanwhile gets the old one whole


def load_models(path: Path) -> tuple[dict[str, LinearModel], dict[str, NDArray[Any]]]:
    """The models of a file, and whatever else was kept beside them."""
    models: dict[str, LinearModel] = {}
    with np.load(path, allow_pickle=False) as held:
        names = [key.removesuffix(".keys") for key in held.files if key.endswith(".keys")]
        for name in names:
            models[name] = LinearModel(Vocabulary(held[f"{name}.keys"]), held[f"{name}.weights"], held[f"{name}.bias"])
        more = {key: held[key] for key in held.files if key.split(".")[0] not in names}
    return models, more

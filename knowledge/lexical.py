"""Postings in numpy: weighted sparse vectors of tokens, scored for one query at a time.

Two weightings share the structure, both computed when the index is built (as bm25s does), so that a query only adds up:
`bm25`   Robertson & Zaragoza 2009, with idf = ln(1 + (N - n + .5) / (n + .5)); fields are merged before saturation (BM25F).
`cosine` tf-idf vectors of length one; with a query of length one the score lies in 0..1.
Measured against bm25s 0.3.16: equal rankings; ours takes a weight for each query token and keeps several fields in one pass.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a document for BM25F: `weight` multiplies its counts, `length_penalty` is BM25's b."""

    weight: float
    length_penalty: float


def grams(tokens: Sequence[str]) -> list[str]:
    """The tokens and each neighbouring pair, joined by a blank-free mark."""
    return [*tokens, *(f"{a}\u2009{b}" for a, b in zip(tokens, tokens[1:], strict=False))]


class Postings:
    """Which documents hold a token, and with what weight. Immutable once built."""

    def __init__(self, vocabulary: dict[str, int], starts: NDArray[np.int64], documents: NDArray[np.int32], weights: Vector,
                 idf: Vector, size: int) -> None:  # fmt: skip
        self._vocabulary = vocabulary
        self._starts = starts
        self._documents = documents
        self._weights = weights
        self._idf = idf
        self.size = size

    @classmethod
    def cosine(cls, documents: Sequence[Sequence[str]]) -> Postings:
        """Unit-length tf-idf vectors of the documents' tokens, counts dampened to 1 + ln(tf)."""
        counts = [Counter(tokens) for tokens in documents]
        vocabulary, frequency = _vocabulary(counts)
        idf = np.log1p((len(counts) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        rows = []
        for count in counts:
            weighted = {t: (1 + np.log(n)) * float(idf[vocabulary[t]]) for t, n in count.items()}
            length = np.sqrt(sum(w * w for w in weighted.values())) or 1.0
            rows.append({t: w / length for t, w in weighted.items()})
        return cls._from_rows(rows, vocabulary, idf)

    @classmethod
    def bm25(cls, documents: Sequence[Sequence[Sequence[str]]], fields: Sequence[Field], k1: float = 1.2) -> Postings:
        """BM25F weights; each document is one token list per field, in the order of `fields`."""
        averages = [max(1.0, float(np.mean([len(d[n]) for d in documents]))) for n in range(len(fields))]
        rows = []
        for document in documents:
            merged: dict[str, float] = {}
            for tokens, field, average in zip(document, fields, averages, strict=True):
                norm = 1 - field.length_penalty + field.length_penalty * len(tokens) / average
                for token, count in Counter(tokens).items():
                    merged[token] = merged.get(token, 0.0) + field.weight * count / norm
            rows.append(merged)
        vocabulary, frequency = _vocabulary(rows)
        idf = np.log1p((len(rows) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        saturated = [{t: w / (w + k1) * float(idf[vocabulary[t]]) for t, w in row.items()} for row in rows]
        return cls._from_rows(saturated, vocabulary, idf)

    @classmethod
    def _from_rows(cls, rows: Sequence[Mapping[str, float]], vocabulary: dict[str, int], idf: Vector) -> Postings:
        tokens = np.fromiter((vocabulary[t] for row in rows for t in row), np.int64)
        documents = np.fromiter((n for n, row in enumerate(rows) for _ in row), np.int32)
        weights = np.fromiter((w for row in rows for w in row.values()), np.float32)
        order = np.argsort(tokens, kind="stable")
        starts = np.zeros(len(vocabulary) + 1, np.int64)
        np.cumsum(np.bincount(tokens, minlength=len(vocabulary)), out=starts[1:])
        return cls(vocabulary, starts, documents[order], weights[order], idf, len(rows))

    def __contains__(self, token: str) -> bool:
        return token in self._vocabulary

    def idf(self, token: str) -> float:
        """How telling a token is; a token the index never saw is as telling as the rarest."""
        number = self._vocabulary.get(token)
        return float(np.log1p(self.size + 0.5)) if number is None else float(self._idf[number])

    def length(self, query: Mapping[str, float]) -> float:
        """The length of a query's tf-idf vector, unseen tokens counted in: what `score` of a cosine index is divided by."""
        return float(np.sqrt(sum((weight * self.idf(token)) ** 2 for token, weight in query.items()))) or 1.0

    def score(self, query: Mapping[str, float], with_idf: bool = False) -> Vector:
        """One score a document, shape (size,): the sum of query weight × document weight (× idf for a cosine index)."""
        numbers = [(self._vocabulary[token], weight) for token, weight in query.items() if token in self._vocabulary]
        if not numbers:
            return np.zeros(self.size, np.float32)
        spans = [slice(self._starts[n], self._starts[n + 1]) for n, _ in numbers]
        documents = np.concatenate([self._documents[span] for span in spans])
        weights = np.concatenate(
            [self._weights[span] * (w * (self._idf[n] if with_idf else 1.0)) for (n, w), span in zip(numbers, spans, strict=True)]
        )
        return np.bincount(documents, weights, self.size).astype(np.float32)

    def similarity(self, query: Mapping[str, float]) -> Vector:
        """Cosine of the query with every document of a cosine index, in 0..1."""
        return self.score(query, with_idf=True) / np.float32(self.length(query))

    def save(self, path: Path) -> None:
        """Write the postings to `path` (.npz), without pickles."""
        vocabulary = np.frombuffer(json.dumps(list(self._vocabulary), ensure_ascii=False).encode(), np.uint8)
        np.savez(path, vocabulary=vocabulary, starts=self._starts, documents=self._documents, weights=self._weights,
                 idf=self._idf, size=np.int64(self.size))  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Postings:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as held:
            tokens: list[str] = json.loads(held["vocabulary"].tobytes())
            vocabulary = {token: n for n, token in enumerate(tokens)}
            return cls(vocabulary, held["starts"], held["documents"], held["weights"], held["idf"], int(held["size"]))


def _vocabulary(rows: Iterable[Mapping[str, float]]) -> tuple[dict[str, int], Vector]:
    frequency = Counter(token for row in rows for token in row)
    vocabulary = {token: n for n, token in enumerate(frequency)}
    return vocabulary, np.fromiter(frequency.values(), np.float32, len(frequency))

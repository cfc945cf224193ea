"""What each part of retrieval is worth: the same questions with one part alone, or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from bot.app import shipped_library
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.glossary import Glossary, read_glossary
from knowledge.libraries import read_any_library
from knowledge.ranking import Ranking
from knowledge.retrieval import Lexicon, Retriever
from knowledge.rewriting import Rewriter
from knowledge.testing import ExactIndex

Item = Mapping[str, Any]
ALONE = {
    "lexical (characters)": (1.0, 1.0, 0.0, 0.0, 0.0),
    "pinyin": (0.0, 0.0, 1.0, 1.0, 0.0),
    "dense": (0.0, 0.0, 0.0, 0.0, 1.0),
}


class Laboratory:
    """Indexes of the shipped library, with and without asks and glossary."""

    def __init__(self) -> None:
        library = shipped_library()
        self._policies = read_any_library(library)
        self._glossary = read_glossary(library / "glossary.tsv")
        self._embedder = StaticEmbedder()
        self._ranking = Ranking.load()

    def rows(self, items: Sequence[Item], day: date) -> list[tuple[str, float, float]]:
        """(what was searched with, hit@1, hit@5) for the answer items of a gold file."""
        plain = self._retriever(Ranking.load(), True, True)
        found = [(name, *self._rates(self._weighted(plain, weights), items, day)) for name, weights in ALONE.items()]
        shipped = self._ranking.weights["full"]
        no_sound = (shipped[0], shipped[1], 0.0, 0.0, shipped[4])
        without = {
            "all but dense": self._weighted(plain, (*shipped[:4], 0.0)),
            "all but pinyin": self._weighted(plain, no_sound),
            "all but glossary": self._retriever(self._ranking, False, True),
            "all but asks": self._retriever(self._ranking, True, False),
            "all": plain,
        }
        return found + [(name, *self._rates(retriever, items, day)) for name, retriever in without.items()]

    def _retriever(self, ranking: Ranking, with_glossary: bool, with_asks: bool) -> Retriever:
        policies = self._policies if with_asks else [replace(policy, asks=()) for policy in self._policies]
        self._rewriter = Rewriter(self._glossary if with_glossary else Glossary.of({}))
        lexicon = Lexicon.build(policies, self._rewriter)
        self._rewriter.learn_spelling(lexicon.knows)
        self._rewriters = getattr(self, "_rewriters", {}) | {id(lexicon): self._rewriter}
        index = ExactIndex(self._embedder.embed_documents(lexicon.units()))
        return Retriever(lexicon, ranking).with_vectors(self._embedder, index)

    def _weighted(self, retriever: Retriever, weights: tuple[float, ...]) -> Retriever:
        ranking = replace(self._ranking, weights=dict.fromkeys(("full", "lexical", "pinyin"), weights))
        return Retriever(retriever.lexicon, ranking, self._embedder, retriever._index)

    def _rates(self, retriever: Retriever, items: Sequence[Item], day: date) -> tuple[float, float]:
        rewriter = self._rewriters[id(retriever.lexicon)]
        ranks = []
        for item in items:
            hits = retriever.search(rewriter.search(item["q"], item.get("history", ())), day, 5).hits
            wanted = set(item["facts"])
            ranks.append(next((n for n, hit in enumerate(hits, 1) if wanted & set(hit.policy.facts)), 99))
        return float(np.mean([rank == 1 for rank in ranks])), float(np.mean([rank <= 5 for rank in ranks]))

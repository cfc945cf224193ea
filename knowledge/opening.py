"""A release folder to something that answers: lexically at once, with vectors a moment later, and in spite of damage."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from knowledge.answering import Answering
from knowledge.clarifying import read_clarifications
from knowledge.emergency.cards import Cards, read_any_cards, shipped_cards
from knowledge.errors import KnowledgeError, LibraryError, ReleaseDamaged
from knowledge.glossary import read_glossary
from knowledge.model import Policy
from knowledge.ports import Embedder, Index
from knowledge.ranking import Ranking
from knowledge.releases import CARDS, CLARIFICATIONS, GLOSSARY, POLICIES, VECTORS, Manifest, read_policies
from knowledge.retrieval import POSTINGS, Lexicon, Retriever
from knowledge.rewriting import Rewriter
from knowledge.triage import Triage

log = logging.getLogger(__name__)

OpenIndex = Callable[[Path], Index]


class OpenRelease:
    """One release in memory. Answers lexically from the start; `attach_vectors` adds the dense signal."""

    def __init__(self, folder: Path, ranking: Ranking, triage: Triage) -> None:
        """Raises NoRelease or ReleaseDamaged where not even lexical answers are possible."""
        self.folder = folder
        self.manifest = Manifest.load(folder)
        self.version = self.manifest.version
        if self.version != folder.name:
            raise ReleaseDamaged(f"release {folder.name} calls itself {self.version}")
        damaged = set(self.manifest.damaged(folder))
        if POLICIES in damaged:
            raise ReleaseDamaged(f"the policies of {self.version} are damaged")
        policies = read_policies(folder / POLICIES)
        rewriter = Rewriter(read_glossary(folder / GLOSSARY if GLOSSARY not in damaged else folder / "-"))
        self.sound = not damaged
        self.cards = self._cards(CARDS in damaged)
        self.lexicon = self._lexicon(policies, rewriter, damaged)
        rewriter.learn_spelling(self.lexicon.knows)
        clarifications = read_clarifications(folder / CLARIFICATIONS if CLARIFICATIONS not in damaged else folder / "-")
        self.answering = Answering(
            Retriever(self.lexicon, ranking), rewriter, clarifications, triage, cards=dict(shipped_cards()) | dict(self.cards)
        )
        self._index: Index | None = None

    def _cards(self, damaged: bool) -> Cards:
        """The library's own cards; none where they are damaged, for the shipped ones are whole."""
        if damaged:
            log.warning("the emergency cards of %s are damaged; the shipped ones are shown", self.version)
            return {}
        try:
            return read_any_cards(self.folder)
        except LibraryError as cause:
            log.warning("the emergency cards of %s cannot be read (%s); the shipped ones are shown", self.version, cause)
            self.sound = False
            return {}

    def _lexicon(self, policies: tuple[Policy, ...], rewriter: Rewriter, damaged: set[str]) -> Lexicon:
        if not damaged & {f"{name}.npz" for name in POSTINGS}:
            try:
                return Lexicon.load(self.folder, policies)
            except (OSError, ValueError, KeyError) as cause:
                log.warning("postings of %s cannot be read (%s); building them anew", self.version, cause)
        self.sound = False
        return Lexicon.build(policies, rewriter)

    def attach_vectors(self, embedder: Embedder, open_index: OpenIndex) -> bool:
        """Switch the dense signal on; False (and lexical answers go on) where the files are damaged or do not fit."""
        if self.manifest.embedder != embedder.name or self.manifest.damaged(self.folder, f"{VECTORS}/"):
            self.sound = False
            return False
        try:
            self._index = open_index(self.folder / VECTORS)
            probe = embedder.embed_documents([self.lexicon.units()[0]])
            self._index.nearest(probe, 1)
        except KnowledgeError as cause:
            log.warning("vectors of %s cannot be opened: %s", self.version, cause)
            self.sound = False
            return False
        self.answering = self.answering.with_retriever(self.answering.retriever.with_vectors(embedder, self._index))
        return True

    def detach_vectors(self) -> None:
        """Switch the dense signal off, after its index failed while it was searched."""
        retriever = self.answering.retriever
        self.answering = self.answering.with_retriever(Retriever(retriever.lexicon, retriever.ranking))
        self.sound = False
        if self._index is not None:
            self._index.close()
            self._index = None

    @property
    def has_vectors(self) -> bool:
        """Whether the dense signal is on."""
        return self._index is not None

    def close(self) -> None:
        """Let go of the index; safe to call twice."""
        if self._index is not None:
            self._index.close()

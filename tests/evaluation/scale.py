"""Time inside the assistant as the library grows: the shipped library plus seeded synthetic policies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from bot.app import now, shipped_library
from knowledge.adapters.chroma import ChromaIndex, build_index
from knowledge.adapters.embedding import StaticEmbedder
from knowledge.answering import Answering
from knowledge.clarifying import read_clarifications
from knowledge.glossary import read_glossary
from knowledge.libraries import read_any_library
from knowledge.model import Policy, Question
from knowledge.ranking import Ranking
from knowledge.retrieval import Lexicon, Retriever
from knowledge.rewriting import Rewriter
from knowledge.triage import Triage

SEED = 20261121


def enlarged(policies: Sequence[Policy], passages: int) -> list[Policy]:
    """The policies and made-up ones beside them: sentences of the library, shuffled clause by clause."""
    chooser = random.Random(SEED)
    clauses = [
        clause for policy in policies for text in policy.paragraphs for clause in text.replace("。", ",").split(",") if clause
    ]
    asks = [ask for policy in policies for ask in policy.asks]
    made = []
    for number in range(max(0, passages - len(policies))):
        text = ",".join(chooser.sample(clauses, 6)) + "。"
        model = chooser.choice(policies)
        made_up = tuple(dict.fromkeys("".join(chooser.choices(chooser.choice(asks), k=8)) for _ in range(3)))
        made.append(
            replace(model, id=f"synthetic-{number}", title=text[:16], paragraphs=(text,), correction="", asks=made_up, facts=())
        )
    return [*policies, *made]


def milliseconds(questions: Sequence[tuple[str, tuple[str, ...]]], passages: int) -> tuple[int, float, float]:
    """(passages, p50, p95) of answering the questions one after another, in milliseconds."""
    library = shipped_library()
    policies = enlarged(read_any_library(library), passages)
    rewriter = Rewriter(read_glossary(library / "glossary.tsv"))
    lexicon = Lexicon.build(policies, rewriter)
    rewriter.learn_spelling(lexicon.knows)
    embedder = StaticEmbedder()
    times = []
    with TemporaryDirectory() as name:
        build_index(embedder.embed_documents(lexicon.units()), Path(name) / "vectors")
        index = ChromaIndex(Path(name) / "vectors")
        retriever = Retriever(lexicon, Ranking.load()).with_vectors(embedder, index)
        answering = Answering(retriever, rewriter, read_clarifications(library / "clarifications.yaml"), Triage.load())
        for text, history in questions:
            started = perf_counter()
            answering.answer(Question(text, now(), history))
            times.append((perf_counter() - started) * 1000)
        index.close()
    return len(lexicon.passages), float(np.percentile(times, 50)), float(np.percentile(times, 95))

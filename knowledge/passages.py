"""A policy cut into passages: pieces short enough to be shown whole, each with its policy's title around it when searched."""

from __future__ import annotations

import re

from knowledge.model import Passage, Policy

LONGEST_PASSAGE = 260  # characters; about half a minute of reading, two screens of large type
BETWEEN = "\n\n"
SENTENCE_END = re.compile(r"(?<=[。!?;\uff01\uff1f\uff1b])(?![”’」』）)])|(?<=[。!?\uff01\uff1f][”’」』）)])")


def cut(policy: Policy) -> tuple[Passage, ...]:
    """The passages of a policy in reading order. A short policy is one passage; paragraphs are only cut at sentence ends."""
    texts: list[str] = []
    for piece in (piece for paragraph in policy.paragraphs for piece in _pieces(paragraph)):
        if texts and len(texts[-1]) + len(BETWEEN) + len(piece) <= LONGEST_PASSAGE:
            texts[-1] += BETWEEN + piece
        else:
            texts.append(piece)
    if policy.correction and texts:
        texts[0] = f"{texts[0]}\n\n{policy.correction}"
    return tuple(Passage(f"{policy.id}#{n}", policy.id, text) for n, text in enumerate(texts, 1))


def _pieces(paragraph: str) -> list[str]:
    if len(paragraph) <= LONGEST_PASSAGE:
        return [paragraph]
    pieces: list[str] = []
    for sentence in SENTENCE_END.split(paragraph):
        if pieces and len(pieces[-1]) + len(sentence) <= LONGEST_PASSAGE:
            pieces[-1] += sentence
        elif sentence:
            pieces.append(sentence)
    return pieces

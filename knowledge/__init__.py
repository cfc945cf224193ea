"""WHAT IS TRUE: policies, retrieval, grounded answers.

Front door: `Assistant` answers, `Reloader` replaces what it answers from; both are joined in bot/app.py with the adapters and
rows they need. Values are in `knowledge.model`, errors in `knowledge.errors`, the doors to the outside in `knowledge.ports`.

Layers, each standing on those below:
    assistant, reloading            the front door
    opening, building               a release to memory, a library to a release
    answering                       question to reply
    grounding, emergency, triage, clarifying    the decisions on the way
    retrieval, ranking, lexical     what was found, and how well
    rewriting, sounds, folding, glossary        a rider's words
    policies, articles, libraries, passages, releases   what is on disk
"""

from knowledge.assistant import Assistant
from knowledge.model import Question, Replied
from knowledge.reloading import Reloader

__all__ = ["Assistant", "Question", "Reloader", "Replied"]

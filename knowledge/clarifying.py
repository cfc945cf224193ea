"""Words that mean several things: what to ask back, from clarifications.yaml.

Each entry: `term`, `also` (other spellings), `subject` (what is unclear), `options` (complete questions to choose from).
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from knowledge.errors import Fault, LibraryError
from knowledge.folding import fold
from knowledge.model import Clarification
from knowledge.rewriting import strip_filler
from knowledge.sounds import is_typed_pinyin, sounds

PARTICLE_SOUNDS = frozenset(["a", "ya", "ba", "ma", "le", "de", "la", "o", "me"])
WISH = re.compile(r"^(?:我|俺)?(?:想要|想|要|得)(?=.)")
WISH_SOUNDS = (("wo", "yao"), ("wo", "xian"), ("an", "yao"), ("an", "xian"), ("xian",), ("yao",))
PARTICLES = re.compile(r"[的了吗呢啊呀吧嘛呗么哦哈嘞咧哇噢哎]+$|[^\w\u3400-\u9fff]+")


class Clarifications:
    """Looks a whole message up among the ambiguous ones."""

    def __init__(self, entries: dict[str, Clarification]) -> None:
        self._entries = entries
        self._heard: dict[str, Clarification] = {}
        for term, entry in entries.items():
            self._heard.setdefault(_sound_key(term), entry)

    def find(self, text: str) -> Clarification | None:
        """The question to ask back, if the message is nothing but an ambiguous word (in characters or in pinyin)."""
        found = self._entries.get(key(text))
        return self._heard.get(_sound_key(text)) if found is None and is_typed_pinyin(fold(text)) else found


def _sound_key(text: str) -> str:
    """How a message sounds, without particles."""
    heard = sounds(strip_filler(fold(text)))
    while heard and heard[-1] in PARTICLE_SOUNDS:
        heard.pop()
    wish = next((wish for wish in WISH_SOUNDS if tuple(heard[: len(wish)]) == wish and len(heard) > len(wish)), ())
    heard = heard[len(wish) :]
    return " ".join(heard)


def key(text: str) -> str:
    """A message without filler, particles, punctuation and the wish in front (我想…)."""
    plain = PARTICLES.sub("", PARTICLES.sub("", strip_filler(fold(text))))
    return WISH.sub("", plain) or plain


def read_clarifications(path: Path) -> Clarifications:
    """The entries of a file; none where there is no file. Raises LibraryError."""
    if not path.is_file():
        return Clarifications({})
    try:
        held = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as cause:
        mark = getattr(cause, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise LibraryError([Fault(path.name, line, "broken YAML", "compare it with the shipped file")]) from cause
    entries: dict[str, Clarification] = {}
    for number, entry in enumerate(held or [], 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("term"), str) or not isinstance(entry.get("subject"), str):
            raise LibraryError([Fault(path.name, 1, f"entry {number} lacks term or subject", "add both as text")])
        found = Clarification(entry["subject"], tuple(map(str, entry.get("options") or ())))
        for term in (entry["term"], *(entry.get("also") or ())):
            entries.setdefault(key(str(term)), found)
    return Clarifications(entries)

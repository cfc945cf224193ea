"""Rider words and what they mean: each variant stands for a canonical term, a concept both sides are matched on.

Terms whose legal consequences differ (工伤 and 职业伤害, 党费 and 会费, …) are different concepts and are never merged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import Fault, LibraryError
from knowledge.folding import fold

HEADER = ("variant", "canonical", "category")


@dataclass(frozen=True, slots=True)
class Glossary:
    """Finds concepts in folded text. `variants` maps a folded rider word to its canonical term."""

    variants: dict[str, str]
    pattern: re.Pattern[str] | None

    def concepts(self, folded: str) -> list[str]:
        """The canonical terms named in folded text, in order; the longest variant wins where several begin."""
        if self.pattern is None:
            return []
        return [self.variants[found.lower()] for found in self.pattern.findall(folded)]

    @classmethod
    def of(cls, pairs: dict[str, str]) -> Glossary:
        """A glossary of folded variant → canonical term."""
        longest_first = sorted(pairs, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, longest_first))) if pairs else None
        return cls(pairs, pattern)


def read_glossary(path: Path) -> Glossary:
    """The glossary of a .tsv file with the columns variant, canonical, category; empty where there is no file.

    Raises LibraryError with file, line and remedy.
    """
    if not path.is_file():
        return Glossary.of({})
    faults: list[Fault] = []
    pairs: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as cause:
        raise LibraryError([Fault(path.name, 1, "is not UTF-8", "save the file as UTF-8")]) from cause
    for number, line in enumerate(lines, 1):
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if not line.strip() or line.startswith("#") or cells == HEADER:
            continue
        if len(cells) != len(HEADER) or not all(cells):
            faults.append(Fault(path.name, number, "is not three columns", "write variant, canonical, category, with tabs"))
            continue
        variant = fold(cells[0])
        if not variant:
            faults.append(Fault(path.name, number, "the variant holds nothing that can be seen", "write a rider's word there"))
        elif pairs.setdefault(variant, cells[1]) != cells[1]:
            faults.append(Fault(path.name, number, f"{cells[0]!r} stands for two things", "keep one of the two lines"))
    if faults:
        raise LibraryError(faults)
    return Glossary.of(pairs)

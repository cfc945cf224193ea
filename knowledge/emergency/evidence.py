"""The evidence of a message: which signs stand in it, how grave, and what the words around them make of it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.emergency.concepts import concepts
from knowledge.emergency.signs import context, phrasebooks, signs
from knowledge.folding import fold, words
from knowledge.sounds import sounds

GRAVE = 3
LENGTH_STEP, LONGEST_STEP = 8, 4  # characters


@dataclass(frozen=True, slots=True)
class Evidence:
    """`signs`: (type, severity, phrase) found, gravest first; `around`: group → phrase, what stands around them; `features`:
    all of it as a model reads it.
    """

    signs: tuple[tuple[str, int, str], ...]
    around: dict[str, str]
    features: frozenset[str]

    def gravity(self, kind: str) -> int:
        """The gravest sign of a type, 0 if there is none."""
        return max((severity for found, severity, _ in self.signs if found == kind), default=0)


def gather(text: str) -> Evidence:
    """The evidence of a message. Deterministic; about two milliseconds."""
    folded = fold(text)
    heard = f" {' '.join(sounds(folded))} "
    features = set(concepts(text))
    of_signs, of_context = phrasebooks()
    found = []
    for number, hits in of_signs.standing(folded, heard).items():
        sign = signs()[number]
        found.append((sign.type, sign.severity, hits[0][0]))
        features |= {f"P:{name}" for name, _ in hits} | {f"S:{sign.type}:{sign.severity}"}
        if any(how == "heard" for _, how in hits):
            features.add("heard")
    found.sort(key=lambda entry: -entry[1])
    around, groups = {}, tuple(context())
    for number, hits in of_context.standing(folded, heard).items():
        group = groups[number]
        around[group] = hits[0][0]
        features |= {f"Q:{name}" for name, _ in hits} | {f"C:{group}"} | ({f"CC:{group}"} if len(hits) > 1 else set())
    return Evidence(tuple(found), around, frozenset(features | _crossed(found, around, folded)))


def _crossed(found: list[tuple[str, int, str]], around: dict[str, str], folded: str) -> set[str]:
    """Sign × severity × now × who …: how grave the signs are, by what stands around them."""
    level = f"L{max((severity for _, severity, _ in found), default=0)}"
    crossed = {level, f"length{min(LONGEST_STEP, len(words(folded)) // LENGTH_STEP)}"}
    crossed |= {f"{level}×{name}" for name in around}
    crossed |= {f"{one}&{other}" for one in around for other in around if one < other}
    if len({kind for kind, _, _ in found}) > 1:
        crossed.add("several")
    return crossed

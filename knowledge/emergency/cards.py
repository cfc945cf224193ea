"""Emergency cards: one YAML file each, shipped in library/cards and overridden by those of the live release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.emergency.signs import TYPES
from knowledge.errors import Fault, LibraryError
from knowledge.model import CardSource, CardText, EmergencyCard

SHIPPED = Path(__file__).parents[1] / "library" / "cards"
GENERAL = "general"
NUMBERS = frozenset(["110", "119", "120", "122", "12356", "12395"])
LANGUAGES = ("zh", "en")
LISTS = ("steps", "avoid")
LINES = ("title", "first", "say", "read_aloud")

Cards = Mapping[str, EmergencyCard]


def read_cards(folder: Path) -> dict[str, EmergencyCard]:
    """The cards of a folder by id; {} where there is none. Raises LibraryError with every fault."""
    cards: dict[str, EmergencyCard] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        try:
            card = _card(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, OSError) as cause:
            what = str(cause).replace("\n", " ")
            faults.append(Fault(f"cards/{path.name}", 1, what, "write the card as docs/library.md says"))
            continue
        if card.id != path.stem:
            faults.append(Fault(f"cards/{path.name}", 1, f"id {card.id!r} is not the file's name", "give both the same name"))
        cards[card.id] = card
    if faults:
        raise LibraryError(faults)
    return cards


@cache
def shipped_cards() -> dict[str, EmergencyCard]:
    """The cards inside the package: always there, whatever became of the data folder."""
    return read_cards(SHIPPED)


def dump_cards(cards: Cards) -> str:
    """Cards as JSON, as a release keeps them."""
    return json.dumps([asdict(cards[name]) for name in sorted(cards)], ensure_ascii=False, indent=1)


def load_cards(held: str) -> dict[str, EmergencyCard]:
    """Cards from a release's JSON. Raises ValueError."""
    cards = [_card(row | row["texts"]) for row in json.loads(held)]
    return {card.id: card for card in cards}


def _card(row: Any) -> EmergencyCard:
    """A card from what a file holds. Raises ValueError that says what is wrong with which key."""
    if not isinstance(row, dict):
        raise ValueError("a card is a table of keys")
    identity = row.get("id")
    if identity not in (*TYPES, GENERAL):
        raise ValueError(f"id {identity!r} is none of {', '.join((*TYPES, GENERAL))}")
    numbers = row.get("numbers")
    if not isinstance(numbers, list | tuple) or not numbers or not set(numbers) <= NUMBERS:
        raise ValueError(f"numbers must be a list out of {', '.join(sorted(NUMBERS))}, in quotes")
    if row.get("review") in (None, ""):
        raise ValueError("review is missing: pending, or who reviewed it and when")
    sources = row.get("sources")
    if not isinstance(sources, list | tuple) or not all(isinstance(source, dict) and source.get("name") for source in sources):
        raise ValueError("sources must be a list of {name, url}")
    texts = {language: _text(row.get(language), language) for language in LANGUAGES}
    return EmergencyCard(
        identity, tuple(numbers), texts, tuple(CardSource(source["name"], source.get("url") or "") for source in sources),
        tuple(row.get("facts") or ()), str(row["review"]), str(row.get("confidence") or "verified"),
    )  # fmt: skip


def _text(row: Any, language: str) -> CardText:
    if not isinstance(row, dict):
        raise ValueError(f"{language} is missing")
    for key in LINES:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"{language}.{key} must be a line of text")
    for key in LISTS:
        if not isinstance(row.get(key), list | tuple) or not row[key] or not all(isinstance(line, str) for line in row[key]):
            raise ValueError(f"{language}.{key} must be a list of lines")
    if "{place}" not in row["read_aloud"]:
        raise ValueError(f"{language}.read_aloud lacks {{place}}")
    return CardText(row["title"], row["first"], row["say"], tuple(row["steps"]), tuple(row["avoid"]), row["read_aloud"])

"""Emergency cards: one YAML file each, shipped in library/cards and overridden by those of the live release."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.emergency.signs import TYPES
from knowledge.errors import Fault, LibraryError
from knowledge.model import CardSource, CardText, EmergencyCard
from knowledge.releases import CARDS

FOLDER = "cards"
SHIPPED = Path(__file__).parents[1] / "library" / FOLDER
GENERAL = "general"
FIRST = frozenset(["110", "119", "120", "122"])  # answered by day and night, so fit to be called first
NUMBERS = FIRST | {"12356", "12395"}
LANGUAGES = ("zh", "en")
LISTS = ("steps", "avoid")
LINES = ("title", "first", "say", "read_aloud")
CONFIDENCES = ("verified", "secondary")
PENDING = "pending"
PLACE = "{place}"
REMEDY = "write the card as docs/library.md says"

Cards = Mapping[str, EmergencyCard]


def read_cards(folder: Path) -> dict[str, EmergencyCard]:
    """The cards of a folder by id; {} where there is none. Raises LibraryError with every fault."""
    cards: dict[str, EmergencyCard] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        name = f"{FOLDER}/{path.name}"
        try:
            card = _card(yaml.safe_load(path.read_text(encoding="utf-8-sig")))
        except yaml.YAMLError as cause:
            mark = getattr(cause, "problem_mark", None)
            faults.append(Fault(name, mark.line + 1 if mark is not None else 1, "broken YAML", "compare it with a shipped card"))
            continue
        except (ValueError, OSError, RecursionError) as cause:
            faults.append(Fault(name, 1, str(cause).replace("\n", " "), REMEDY))
            continue
        if card.id != path.stem:
            faults.append(Fault(name, 1, f"id {card.id!r} is not the file's name", "give both the same name"))
        cards[card.id] = card
    if faults:
        raise LibraryError(faults)
    return cards


def read_any_cards(folder: Path) -> dict[str, EmergencyCard]:
    """The cards of a library (cards/*.yaml) or of a release (cards.json); {} where it has none. Raises LibraryError."""
    held = folder / CARDS
    if not held.is_file():
        return read_cards(folder / FOLDER)
    try:
        return load_cards(held.read_text(encoding="utf-8"))
    except (ValueError, OSError) as cause:
        raise LibraryError([Fault(CARDS, 1, str(cause), "reload the library")]) from cause


@cache
def shipped_cards() -> dict[str, EmergencyCard]:
    """The cards inside the package: always there, whatever became of the data folder."""
    return read_cards(SHIPPED)


def dump_cards(cards: Cards) -> str:
    """Cards as JSON, as a release keeps them."""
    return json.dumps([asdict(cards[name]) for name in sorted(cards)], ensure_ascii=False, indent=1)


def load_cards(held: str) -> dict[str, EmergencyCard]:
    """Cards from a release's JSON. Raises ValueError."""
    rows = json.loads(held)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("texts"), dict) for row in rows):
        raise ValueError("cards are a list of tables with texts")
    cards = [_card(row | row["texts"]) for row in rows]
    return {card.id: card for card in cards}


def _card(row: Any) -> EmergencyCard:
    """A card from what a file holds. Raises ValueError that says what is wrong with which key."""
    if not isinstance(row, dict):
        raise ValueError("a card is a table of keys")
    identity = row.get("id")
    if identity not in (*TYPES, GENERAL):
        raise ValueError(f"id {identity!r} is none of {', '.join((*TYPES, GENERAL))}")
    review, confidence = row.get("review"), row.get("confidence") or "verified"
    if not isinstance(review, str | date) or not str(review).strip():
        raise ValueError("review is missing: pending, or who reviewed it and when")
    if confidence not in CONFIDENCES:
        raise ValueError(f"confidence {confidence!r} is none of {', '.join(CONFIDENCES)}")
    numbers = _numbers(row.get("numbers"))
    texts = {language: _text(row.get(language), language, numbers) for language in LANGUAGES}
    facts = row.get("facts") or ()
    if not _are_lines(facts):
        raise ValueError("facts must be a list of names")
    return EmergencyCard(identity, numbers, texts, _sources(row.get("sources")), tuple(facts), str(review), confidence)


def _numbers(held: Any) -> tuple[str, ...]:
    if not held or not _are_lines(held) or len(set(held)) < len(held) or not set(held) <= NUMBERS:
        raise ValueError(f"numbers must be a list out of {', '.join(sorted(NUMBERS))}, in quotes, each once")
    if held[0] not in FIRST:
        raise ValueError(f"the first of numbers must be one of {', '.join(sorted(FIRST))}")
    return tuple(held)


def _sources(held: Any) -> tuple[CardSource, ...]:
    if not isinstance(held, list | tuple) or not held:
        raise ValueError("sources must be a list of {name, url}")
    for source in held:
        if not isinstance(source, dict) or not _is_line(source.get("name")):
            raise ValueError("sources must be a list of {name, url}")
        if source.get("url") and not re.match(r"https?://", str(source["url"])):
            raise ValueError(f"url {source['url']!r} of a source does not begin with https://")
    return tuple(CardSource(source["name"], str(source.get("url") or "")) for source in held)


def _text(row: Any, language: str, numbers: tuple[str, ...]) -> CardText:
    if not isinstance(row, dict):
        raise ValueError(f"{language} is missing")
    for key in LINES:
        if not _is_line(row.get(key)):
            raise ValueError(f"{language}.{key} must be a line of text")
    for key in LISTS:
        if not row.get(key) or not _are_lines(row[key]):
            raise ValueError(f"{language}.{key} must be a list of lines")
    if numbers[0] not in re.findall(r"\d+", row["first"]):
        raise ValueError(f"{language}.first does not name {numbers[0]}, the number to call first")
    if row["read_aloud"].count(PLACE) != 1 or set("{}") & set(row["read_aloud"].replace(PLACE, "")):
        raise ValueError(f"{language}.read_aloud must hold {PLACE} once and no other braces")
    return CardText(row["title"], row["first"], row["say"], tuple(row["steps"]), tuple(row["avoid"]), row["read_aloud"])


def _is_line(held: Any) -> bool:
    return isinstance(held, str) and bool(held.strip())


def _are_lines(held: Any) -> bool:
    return isinstance(held, list | tuple) and all(map(_is_line, held))

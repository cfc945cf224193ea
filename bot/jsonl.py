"""The JSON lines of `ask --jsonl` and `search --jsonl`: DESIGN §6, checked strictly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.dialogue.message import Message, mended
from bot.errors import BotError
from knowledge.model import Location
from knowledge.retrieval import Hit


class BadLine(BotError):
    """A line that is no question; the message names line and fault."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question from a file."""

    id: str
    text: str
    history: tuple[str, ...]
    location: Location | None
    asked_at: datetime | None


def read_question(line: str, number: int) -> Item:
    """A line `{"id", "q", "history"?, "location"?, "now"?}`. Raises BadLine."""
    try:
        held = json.loads(line)
    except (ValueError, RecursionError) as cause:
        raise BadLine(f"line {number} is not JSON; write one object a line") from cause
    if not isinstance(held, dict) or not isinstance(held.get("id"), str) or not isinstance(held.get("q"), str):
        raise BadLine(f'line {number} lacks "id" or "q"; write {{"id": "1", "q": "…"}}')
    history = held.get("history", [])
    history = [] if history is None else history
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise BadLine(f'line {number}: "history" is not a list of texts')
    identity, text, *turns = (mended(given) for given in (held["id"], held["q"], *history))
    return Item(identity, text, tuple(turns), _location(held, number), _moment(held, number))


def _location(held: dict[str, Any], number: int) -> Location | None:
    given = held.get("location")
    if given is None:
        return None
    try:
        lat, lon = float(given["lat"]), float(given["lon"])
    except (KeyError, TypeError, ValueError, OverflowError) as cause:
        raise BadLine(f'line {number}: "location" is not {{"lat": …, "lon": …}}') from cause
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadLine(f"line {number}: the location is not on Earth; give WGS-84 degrees")
    return Location(lat, lon)


def _moment(held: dict[str, Any], number: int) -> datetime | None:
    given = held.get("now")
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError as cause:
        raise BadLine(f'line {number}: "now" is not an ISO 8601 time') from cause
    if not 1900 <= moment.year < 2200:
        raise BadLine(f'line {number}: "now" lies outside the years 1900–2199')
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def reply_line(identity: str, message: Message) -> str:
    """The reply to one item as a JSON line."""
    citations = [
        {"policy": chip.policy, "title": chip.title, "source": chip.source, "passage": chip.passage} for chip in message.chips
    ]
    held: dict[str, object] = {"id": identity, "kind": message.kind, "text": message.text, "citations": citations}
    if message.stations:
        held["stations"] = [
            {"id": card.id, "distance_m": card.distance_m, "open_until": card.open_until or None} for card in message.stations
        ]
    if message.flow:
        held["flow"] = message.flow
    held |= {"release": message.release, "ms": message.milliseconds}
    return json.dumps(held, ensure_ascii=False)


def search_line(identity: str, hits: Sequence[Hit]) -> str:
    """The hits for one item as a JSON line."""
    found = [
        {"policy": hit.policy.id, "passage": hit.passage.id, "facts": list(hit.policy.facts), "score": round(hit.score, 4)}
        for hit in hits
    ]
    return json.dumps({"id": identity, "hits": found}, ensure_ascii=False)

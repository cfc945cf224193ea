"""What must be true after any number of kills: nothing lost, nothing twice, and no more copies of a reply than kills explain."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.botapi.journal import read_journal
from tests.crash.people import Crowd


@dataclass
class Verdict:
    """`faults` is empty where all is well; `figures` are for people."""

    figures: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def expect(self, holds: bool, fault: str) -> None:
        """Note a fault."""
        if not holds:
            self.faults.append(fault)


def judged(crowd: Crowd, data: Path, journal: Path, kills: Sequence[int]) -> Verdict:
    """`kills` holds how many lines the journal had at each kill."""
    verdict = Verdict()
    _judge_effects(verdict, crowd, data)
    _judge_replies(verdict, crowd, journal, kills)
    faults = crowd.server.faults
    verdict.expect(not faults, f"Telegram refused {len(faults)} requests: {faults[:3]}")
    verdict.figures |= {"kills": len(kills), "copied updates": crowd.server.replay.copied, "swapped": crowd.server.replay.swapped}
    return verdict


def _judge_effects(verdict: Verdict, crowd: Crowd, data: Path) -> None:
    gaps: dict[str, int] = defaultdict(int)
    for (question,) in _rows(data, "select question from knowledge_gap"):
        gaps[question] += 1
    wanted = set(crowd.refused.values())
    verdict.expect(
        wanted == set(gaps), f"gaps lost: {sorted(wanted - set(gaps))[:3]}, never asked: {sorted(set(gaps) - wanted)[:3]}"
    )
    verdict.expect(all(count == 1 for count in gaps.values()), "a gap was recorded twice")
    ratings = len(_rows(data, "select request from bot_rating"))
    verdict.expect(ratings == len(crowd.rated), f"{len(crowd.rated)} taps left {ratings} ratings")
    turns = dict(_rows(data, "select id, turns from bot_conversation"))
    lost = [chat for chat in crowd.refused if f"tg:{chat}" not in turns]
    verdict.expect(not lost, f"{len(lost)} conversations lost their turn")
    twice = [name for name, held in turns.items() if len(set(json.loads(held))) < len(json.loads(held))]
    verdict.expect(not twice, f"{len(twice)} conversations remember a turn twice")
    for table in ("bot_inbox", "bot_outbox"):
        left = _rows(data, f"select number, trouble from {table}")
        verdict.expect(not left, f"{table} is not empty: {len(left)}, {left[:3]}")
    verdict.figures |= {"gaps": len(gaps), "ratings": ratings}


def _judge_replies(verdict: Verdict, crowd: Crowd, journal: Path, kills: Sequence[int]) -> None:
    """A copy of a reply is explained by a kill between it and the one before."""
    heard: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, entry in enumerate(read_journal(journal)):
        if entry.event == "message":
            heard[entry.chat_id][entry.text].append(place)
    silent = [chat for chat in crowd.chats if len(heard[chat]) < 1 + (chat in crowd.twice)]
    verdict.expect(not silent, f"{len(silent)} riders miss a reply: {silent[:3]}")
    places = [copies for replies in heard.values() for copies in replies.values()]
    for earlier, later in (pair for copies in places for pair in pairwise(copies)):
        explained = any(earlier < kill <= later for kill in kills)
        verdict.expect(
            explained, f"a reply came twice without a kill between: journal {earlier + 1} and {later + 1}, kills {kills}"
        )
    replies = sum(map(len, places))
    verdict.figures |= {"riders": len(crowd.chats), "replies": replies, "duplicates": replies - len(places)}


def _rows(data: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(data / "redstation.db", timeout=30)) as database:
        return database.execute(query).fetchall()


def drained(data: Path) -> bool:
    """Whether nothing waits to be answered or sent."""
    waiting = "select 1 from bot_{} where parked_at is null"
    return not any(_rows(data, waiting.format(table)) for table in ("inbox", "outbox"))

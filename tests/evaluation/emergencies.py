"""The part of the evaluation about danger: found, right numbers, false alarms, what each opinion is worth, and time.

An item of the development set: {"id", "q", "emergency": true or false, "numbers": [patterns], "history"?}. Every number must
stand in the reply's text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from bot.app import application
from bot.settings import load_settings
from knowledge.emergency.evidence import gather
from knowledge.emergency.network import network_features
from knowledge.emergency.recognising import Recogniser, odds
from knowledge.triage import features

Item = Mapping[str, Any]
REACH = {
    "found": "≥ 99 %",
    "with the right numbers": "≥ 99 %",
    "false alarms": "≤ 1 %",
    "found among noisy": "",
    "golden questions alarmed": "0",
}
FALSE_ALARMS = (0.0, 0.01, 0.02, 0.05)


def read(path: Path) -> list[dict[str, Any]]:
    """The items of a gold file of emergencies; none where there is no file."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def names_every_number(item: Item, text: str) -> bool:
    """Whether each of the item's numbers stands in a text by itself."""
    return all(re.search(rf"(?<!\d)(?:{pattern})(?!\d)", text) for pattern in item["numbers"])


def figures(gold: Sequence[Item], replies: Mapping[str, Item]) -> dict[str, tuple[int, int]]:
    """(hits, of) by name of the figure."""
    real = [item for item in gold if item["emergency"]]
    calm = [item for item in gold if not item["emergency"]]
    noisy = [item for item in real if item.get("noise", "clean") != "clean"]
    found = {item["id"] for item in gold if replies[item["id"]]["kind"] == "emergency"}
    right = [item for item in real if item["id"] in found and names_every_number(item, replies[item["id"]]["text"])]
    return {
        "found": (sum(item["id"] in found for item in real), len(real)),
        "found among noisy": (sum(item["id"] in found for item in noisy), len(noisy)),
        "with the right numbers": (len(right), len(real)),
        "false alarms": (sum(item["id"] in found for item in calm), len(calm)),
    }


def opinions(gold: Sequence[Item], recogniser: Recogniser) -> list[tuple[str, list[float]]]:
    """(opinion, share of the emergencies it finds at each of FALSE_ALARMS), its line drawn on this very set."""
    danger = np.array([bool(item["emergency"]) for item in gold])
    texts = [str(item["q"]) for item in gold]
    scores = {
        "rules alone": [odds(recogniser.ruled, gather(text).features) for text in texts],
        "characters and sounds alone": [odds(recogniser.plain, features(text)) for text in texts],
        "network alone": [recogniser.network.odds(network_features(text, gather(text))) for text in texts],
        "all together": [recogniser.recognise(text).probability for text in texts],
    }
    return [(name, [_recall(np.array(score), danger, share) for share in FALSE_ALARMS]) for name, score in scores.items()]


def _recall(score: np.ndarray[Any, Any], danger: np.ndarray[Any, Any], share: float) -> float:
    calm = np.sort(score[~danger])[::-1]
    line = calm[min(int(share * len(calm)), len(calm) - 1)] if len(calm) else -np.inf
    return float((score[danger] > line).mean()) if danger.any() else 0.0


def milliseconds(texts: Iterable[str], recent: Sequence[str] = ()) -> tuple[float, float, float]:
    """(p50, p99, longest) of `Assistant.emergency` in milliseconds, without any release."""
    with TemporaryDirectory() as name, application(load_settings(data=Path(name))) as app:
        times = []
        for text in texts:
            started = perf_counter()
            app.assistant.emergency(text, recent)
            times.append((perf_counter() - started) * 1000)
    return float(np.percentile(times, 50)), float(np.percentile(times, 99)), max(times)


def section(gold: Sequence[Item], replies: Mapping[str, Item], golden: Sequence[str]) -> list[str]:
    """The lines of docs/evaluation.md; `golden` are questions in which nobody is in danger."""
    recogniser = Recogniser.load()
    alarmed = sum(recogniser.recognise(text).danger for text in golden)
    rows = (figures(gold, replies) if gold else {}) | {"golden questions alarmed": (alarmed, len(golden))}
    page = ["## Emergencies", ""]
    if gold:
        page += [
            "On the development set (shared/eval/emergency_dev.jsonl) through the command line, and on the golden questions.",
            "",
        ]
    page += ["| what | hits | of | rate | reach |", "|---|---|---|---|---|"]
    page += [f"| {name} | {hits} | {of} | {hits / max(1, of):.1%} | {REACH[name]} |" for name, (hits, of) in rows.items()] + [""]
    if gold:
        page += ["Share found, each opinion by itself with a line that lets so many of the calm ones alarm:", ""]
        page += [
            "| opinion | " + " | ".join(f"{share:.0%}" for share in FALSE_ALARMS) + " |",
            "|---" * (len(FALSE_ALARMS) + 1) + "|",
        ]
        page += [
            f"| {name} | " + " | ".join(f"{recall:.1%}" for recall in found) + " |" for name, found in opinions(gold, recogniser)
        ]
        page += [""]
    asked = [*(str(item["q"]) for item in gold), *golden]
    page += [
        "Time until the card, one message after another; reach: p99 ≤ 50 ms.",
        "",
        "| | p50 ms | p99 ms | longest ms |",
        "|---|---|---|---|",
    ]
    for name, recent in (("a message", ()), ("a message after two others", golden[:2])):
        page += [f"| {name} | " + " | ".join(f"{value:.1f}" for value in milliseconds(asked, recent)) + " |"]
    return [*page, ""]

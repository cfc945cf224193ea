"""Our own reading of a gold file, for machines without shared/eval/score.py: the same fields, the same figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

KINDS = {"answer": "answer", "refuse": "refusal", "station": "stations", "clarify": "clarify", "emergency": "emergency",
         "smalltalk": "smalltalk"}  # fmt: skip
Item = Mapping[str, Any]


def holds(pattern: str, text: str) -> bool:
    """Whether a pattern stands in a text, as given or in its plain form."""
    plain = re.sub(r"\s+|(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text))
    return any(re.search(pattern, form, re.IGNORECASE | re.DOTALL) for form in (text, plain))


def right_words(gold: Item, text: str) -> bool:
    """Whether an answer says what the item asks for."""
    return (
        all(holds(pattern, text) for pattern in gold["must"])
        and all(any(holds(pattern, text) for pattern in group) for group in gold["any"] if group)
        and not any(holds(pattern, text) for pattern in gold["must_not"])
    )


def figures(gold: Sequence[Item], replies: Mapping[str, Item]) -> dict[str, tuple[int, int]]:
    """(hits, of) by name of the figure."""
    answers = [item for item in gold if item["kind"] == "answer"]
    refusals = [item for item in gold if item["kind"] == "refuse"]

    def is_right(item: Item) -> bool:
        reply = replies[item["id"]]
        if reply["kind"] != KINDS[item["kind"]]:
            return False
        return item["kind"] != "answer" or (bool(reply["citations"]) and right_words(item, reply["text"]))

    given = {item["id"]: replies[item["id"]]["kind"] for item in gold}
    wrong = [i for i in answers if given[i["id"]] == "answer" and not right_words(i, replies[i["id"]]["text"])]
    wrong += [item for item in refusals if given[item["id"]] == "answer"]
    noisy = [item for item in gold if item["noise"] != "clean"]
    traps = [item for item in gold if item["trap"] != "none"]
    return {
        "right": (sum(map(is_right, gold)), len(gold)),
        "noisy": (sum(map(is_right, noisy)), len(noisy)),
        "traps": (sum(map(is_right, traps)), len(traps)),
        "wrong answers": (len(wrong), len(answers) + len(refusals)),
        "refusal recall": (sum(given[item["id"]] == "refusal" for item in refusals), len(refusals)),
        "false refusals": (sum(given[item["id"]] == "refusal" for item in answers), len(answers)),
        "answers uncited": (
            sum(given[i["id"]] == "answer" and not replies[i["id"]]["citations"] for i in answers), len(answers),
        ),
    }  # fmt: skip

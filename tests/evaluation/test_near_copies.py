"""No text of ours is a near-copy of an evaluation question: that would raise the score here and nowhere else.

A near-copy shares 80 % or more of its character 3-grams with a question and is longer than four characters.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.app import shipped_library
from knowledge.folding import fold, words
from knowledge.policies import read_library

ROOT = Path(__file__).parents[2]
EVALUATION = ROOT.parent / "shared" / "eval"
TRAINING = ROOT / "knowledge" / "training"
ALIKE = 0.8
SHORTEST = 5
OURS = {
    "a": "四十度了还让跑,站长这是违法的吧",
    "b": "充电",
    "c": "仲裁要多少钱",
    "d": "送外卖的路上被小轿车蹭了一下,人没啥大事,就是电动车坏了,这个修车钱该谁出",
}


@dataclass(frozen=True)
class Copy:
    """A text of ours (with its place) that is too close to an evaluation item."""

    place: str
    text: str
    item: str


def grams(text: str) -> frozenset[str]:
    folded = "".join(words(fold(text)))
    return frozenset(folded[n : n + 3] for n in range(len(folded) - 2)) if len(folded) >= SHORTEST else frozenset()


def near_copies(ours: Iterable[tuple[str, str]], theirs: Iterable[tuple[str, str]]) -> list[Copy]:
    """Every pair that is alike; `ours` are (place, text), `theirs` (item id, text)."""
    items = [(name, held) for name, text in theirs if (held := grams(text))]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, (_, held) in enumerate(items):
        for gram in held:
            holders[gram].append(number)
    found: list[Copy] = []
    for place, text in ours:
        own = grams(text)
        shared = Counter(number for gram in own for number in holders.get(gram, ()))
        found += [
            Copy(place, text, items[number][0])
            for number, count in shared.items()
            if count >= ALIKE * (len(own) + len(items[number][1]) - count)
        ]
    return found


def evaluation_texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            for text in (item["q"], *item.get("history", ())):
                yield f"{path.name}:{item['id']}", text


def texts_of_ours() -> Iterator[tuple[str, str]]:
    """Everything that riders' questions are compared with or that a model was trained on."""
    library = shipped_library()
    for policy in read_library(library):
        yield from ((f"policies/{policy.id}.md", text) for text in (policy.title, *policy.asks))
    for entry in yaml.safe_load((library / "clarifications.yaml").read_text(encoding="utf-8")):
        yield from (
            ("clarifications.yaml", str(text)) for text in (entry["term"], *entry.get("also", ()), *entry.get("options", ()))
        )
    for row in (library / "glossary.tsv").read_text(encoding="utf-8").splitlines():
        yield from (("glossary.tsv", cell) for cell in row.split("\t")[:2])
    for path in sorted(TRAINING.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            yield from ((path.name, text) for text in (item["q"], *item.get("history", ())))
    for path in sorted((TRAINING / "utterances").glob("*.txt")):
        yield from ((path.name, line) for line in path.read_text(encoding="utf-8").splitlines())
    for path in sorted((TRAINING / "utterances" / "danger").glob("*.tsv")):
        rows = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        yield from ((f"danger/{path.name}:{number}", line.partition("\t")[2]) for number, line in rows)
    for path in sorted((ROOT / "knowledge" / "emergency").glob("*.tsv")):
        for row in path.read_text(encoding="utf-8").splitlines():
            yield from ((f"emergency/{path.name}", phrase.replace("*", "")) for phrase in row.rpartition("\t")[2].split())
    for path in sorted((ROOT / "bot" / "dialogue" / "words").glob("*.toml")):
        yield from ((path.name, line.strip(' ",')) for line in path.read_text(encoding="utf-8").splitlines())


def test_every_place_that_holds_questions_is_looked_at() -> None:
    places = Counter(place.split("/")[0] for place, _ in texts_of_ours())
    assert places["policies"] > 4000
    assert {path.name for path in TRAINING.rglob("*") if path.suffix in {".jsonl", ".txt"}} <= places.keys()
    named = {place.partition(":")[0] for place, _ in texts_of_ours()}
    assert {f"danger/{path.name}" for path in TRAINING.rglob("*.tsv")} <= named
    assert {f"emergency/{name}.tsv" for name in ("signs", "concepts", "context")} <= named
    assert places["danger"] > 10_000
    assert {"clarifications.yaml", "glossary.tsv", "zh.toml", "page.zh.toml"} <= places.keys()


@pytest.mark.parametrize(
    ("copy", "of"),
    [
        ("四十度了还让跑,站长这是违法的吧", "a"),
        ("40度了还让跑 站长这是违法的吧", "a"),  # folded: digits, punctuation
        ("４０度了還讓跑,站長這是違法的吧?", "a"),  # full width, traditional
        ("送外卖的路上被小轿车蹭了一下,人没大事,就是电动车坏了,这个修车钱该谁出", "d"),  # a character left out
        ("仲裁要多少钱", "c"),
    ],
)
def test_a_copy_is_seen_through_what_folding_folds(copy: str, of: str) -> None:
    assert near_copies([("ours", copy)], OURS.items()) == [Copy("ours", copy, of)]


@pytest.mark.parametrize("own", ["充电", "四十度了能不能不去跑", "劳动仲裁收不收钱", "", "跑", "站长违法让跑四十度的单是不是该停"])
def test_the_same_matter_in_other_words_is_no_copy(own: str) -> None:
    assert near_copies([("ours", own)], OURS.items()) == []


def test_nothing_of_ours_is_a_near_copy_of_an_evaluation_question() -> None:
    if not EVALUATION.is_dir():
        pytest.skip("the evaluation questions are not on this machine")
    theirs = list(evaluation_texts(EVALUATION))
    assert len(theirs) > 500
    assert near_copies(theirs, theirs)  # the check finds what is there
    found = near_copies(texts_of_ours(), theirs)
    assert not found, "\n".join(f"{copy.place}: {copy.text!r} is too close to {copy.item}" for copy in found)

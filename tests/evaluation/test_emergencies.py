"""How danger is judged, on items written here."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.emergency.recognising import Recogniser
from tests.evaluation.emergencies import figures, milliseconds, names_every_number, opinions, read, section

GOLD = [
    {"id": "1", "q": "路边有人晕倒了叫不醒", "emergency": True, "numbers": ["120"], "noise": "clean"},
    {"id": "2", "q": "wo bei che zhuang le tui duan le", "emergency": True, "numbers": ["120", "122"], "noise": "pinyin"},
    {"id": "3", "q": "有人拿刀追我", "emergency": True, "numbers": ["110|12110"], "noise": "clean"},
    {"id": "4", "q": "中暑有什么表现", "emergency": False, "numbers": [], "noise": "clean"},
    {"id": "5", "q": "今天累死了", "emergency": False, "numbers": [], "noise": "slang"},
]
REPLIES = {
    "1": {"kind": "emergency", "text": "先打 120。"},
    "2": {"kind": "emergency", "text": "先打 120,再打 1220。"},
    "3": {"kind": "answer", "text": "打 110。"},
    "4": {"kind": "answer", "text": "打 120。"},
    "5": {"kind": "emergency", "text": "打 120。"},
}


def test_found_numbers_and_false_alarms_are_counted_by_hand() -> None:
    assert figures(GOLD, REPLIES) == {
        "found": (2, 3), "found among noisy": (1, 1), "with the right numbers": (1, 3), "false alarms": (1, 2),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "text", "right"),
    [
        (["120"], "打120!", True),
        (["120"], "打 12012", False),
        (["110|12110"], "短信 12110", True),
        (["120", "119"], "120", False),
        ([], "", True),
    ],
)
def test_a_number_counts_only_by_itself(numbers: list[str], text: str, right: bool) -> None:
    assert names_every_number({"numbers": numbers}, text) is right


def test_each_opinion_is_measured_and_finds_more_the_more_may_alarm() -> None:
    rows = opinions(GOLD, Recogniser.load())
    assert [name for name, _ in rows] == ["rules alone", "characters and sounds alone", "network alone", "all together"]
    assert all(found == sorted(found) and 0.0 <= found[0] <= found[-1] <= 1.0 for _, found in rows)
    assert rows[-1][1][0] == 1.0  # the plain ones above are all told apart


def test_the_section_says_what_was_measured_with_and_without_a_development_set() -> None:
    whole = "\n".join(section(GOLD, REPLIES, ["高温几度停工", "仲裁收费吗", "附近哪有驿站"]))
    assert "| found | 2 | 3 | 66.7% | ≥ 99 % |" in whole
    assert "| golden questions alarmed | 0 | 3 | 0.0% | 0 |" in whole
    assert "| rules alone |" in whole
    assert "| a message after two others |" in whole
    bare = "\n".join(section([], {}, ["高温几度停工", "仲裁收费吗"]))
    assert "found" not in bare
    assert "| a message |" in bare


def test_a_card_comes_far_within_fifty_milliseconds() -> None:
    texts = [str(item["q"]) for item in GOLD] * 20
    p50, _, _ = milliseconds(texts, ("有人晕倒了", "在桥底下"))
    assert 0 < p50 < 50


def test_a_file_that_is_not_there_has_no_items(tmp_path: Path) -> None:
    assert read(tmp_path / "emergency_dev.jsonl") == []
    (tmp_path / "gold.jsonl").write_text('{"id": "1"}\n\n', encoding="utf-8")
    assert read(tmp_path / "gold.jsonl") == [{"id": "1"}]

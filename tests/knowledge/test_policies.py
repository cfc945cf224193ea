"""Policy files: what is read from a good one, and that every fault names file, line and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import Fault, LibraryError
from knowledge.model import Confidence
from knowledge.policies import main, read_library, split_body
from tests.knowledge.writing import policy_text, write_policy

GOOD = policy_text("heat-stop", "气温到 40℃ 要停工", "到 40℃ 就停工。", "多少度停工")
LINES = GOOD.split("\n")  # line 2 is id, 3 title, 4 topic, 5 source, 6 name, 7 confidence, 8 asks


@dataclass(frozen=True)
class Broken:
    """A file that cannot be read: its text, and what the fault must say."""

    what: str
    text: str
    line: int
    remedy: str


def changed(line: int, *instead: str) -> str:
    """The good file with a line (1 is the first) replaced by others."""
    return "\n".join([*LINES[: line - 1], *instead, *LINES[line:]])


BROKEN = {
    "no front matter": Broken("does not begin with front matter", "到 40℃ 就停工。\n", 1, "begin the file with a line ---"),
    "nothing at all": Broken("does not begin with front matter", "", 1, "begin the file with a line ---"),
    "front matter not closed": Broken(
        "front matter is not closed", "---\nid: heat-stop\n到 40℃ 就停工。\n", 1, "close it with a line ---"
    ),
    "a colon in a value": Broken("broken front matter", changed(3, "title: 高温: 停工"), 3, "in quotes"),
    "a tab before a key": Broken("broken front matter", changed(6, "\tname: 办法"), 6, "in quotes"),
    "a bracket left open": Broken("broken front matter", changed(8, "facts: [H-01", "asks:"), 9, "in quotes"),
    "a list instead of keys": Broken(
        "front matter is not a list of `key: value` lines", "---\n- 甲\n---\n乙\n", 2, "write `key: value`"
    ),
    "one word instead of keys": Broken(
        "front matter is not a list of `key: value` lines", "---\n甲\n---\n乙\n", 2, "write `key: value`"
    ),
    "an unknown key": Broken("unknown key `valid_form`", changed(7, LINES[6], "valid_form: 2026-01-31"), 8, "valid_from"),
    "an unknown key of the source": Broken(
        "unknown key `source.titel`", changed(6, LINES[5], "  titel: x"), 5, "issuer, name, number, url"
    ),
    "a key twice": Broken("key `topic` stands twice", changed(4, LINES[3], "topic: cold"), 5, "keep one"),
    "a day that does not exist": Broken(
        "`valid_from` cannot be read", changed(7, LINES[6], "valid_from: 2026-02-30"), 8, "2026-01-31"
    ),
    "a date in words": Broken("'去年夏天' is not a date", changed(7, LINES[6], "reviewed: 去年夏天"), 8, "2026-01-31"),
    "a date with a time": Broken("is not a date", changed(7, LINES[6], "valid_from: 2026-01-31 08:00:00"), 8, "2026-01-31"),
    "an end before its beginning": Broken(
        "valid_to lies before valid_from", changed(7, LINES[6], "valid_from: 2026-02-01", "valid_to: 2026-01-31"), 9, "dates"
    ),
    "no id": Broken("lacks `id`", changed(2), 1, "add `id: …`"),
    "no title": Broken("lacks `title`", changed(3), 1, "add `title: …`"),
    "no topic": Broken("lacks `topic`", changed(4), 1, "add `topic: …`"),
    "no source": Broken("lacks `source`", "\n".join([*LINES[:4], *LINES[6:]]), 1, "add `source: …`"),
    "no confidence": Broken("lacks `confidence`", changed(7), 1, "add `confidence: …`"),
    "an empty id": Broken("`id` is empty", changed(2, "id:"), 2, "`id: …`"),
    "an empty title": Broken("`title` is empty", changed(3, "title: ''"), 3, "`title: …`"),
    "an empty topic": Broken("`topic` is empty", changed(4, "topic:"), 4, "`topic: …`"),
    "an empty source": Broken("`source` lacks `name`", changed(6), 5, "indented, `name: …`"),
    "a source without a name": Broken("`source` lacks `name`", changed(6, "  issuer: 人社部"), 5, "indented, `name: …`"),
    "a source with an empty name": Broken("`source` lacks `name`", changed(6, "  name: ' '"), 5, "indented, `name: …`"),
    "a source in one line": Broken(
        "`source` lacks `name`", changed(5, "source: 《办法》").replace("  name", "#", 1), 5, "`name: …`"
    ),
    "an empty confidence": Broken("`confidence` is empty", changed(7, "confidence:"), 7, "`confidence: …`"),
    "an address that is none": Broken(
        "`source.url` is not a web address", changed(6, LINES[5], "  url: www.gov.cn"), 5, "https://"
    ),
    "a title that is a number": Broken("`title` is not text", changed(3, "title: 2026"), 3, "in quotes"),
    "a title that is a date": Broken("`title` is not text", changed(3, "title: 2026-01-31"), 3, "in quotes"),
    "an unknown topic": Broken("unknown topic 'heet'", changed(4, "topic: heet"), 4, "heat"),
    "an unknown confidence": Broken("unknown confidence 'sure'", changed(7, "confidence: sure"), 7, "verified"),
    "an unknown audience": Broken("unknown audience 'pilot'", changed(7, LINES[6], "audience: [rider, pilot]"), 8, "trucker"),
    "an id with capitals": Broken("is not lower-case words", changed(2, "id: Heat_Stop"), 2, "heat-stop-work"),
    "an id unlike the file's name": Broken("differs from the file name", changed(2, "id: heat-go"), 2, "heat-go.md"),
    "an ask as long as a letter": Broken("an ask is longer than", changed(9, f"  - {'热' * 200}"), 8, "as a rider would type it"),
    "an ask that is a list": Broken("`asks` is not a list of texts", changed(9, "  - 停工: 几度"), 8, "in quotes"),
    "an ask that YAML takes for true": Broken("`asks` is not a list of texts", changed(9, "  - yes"), 8, "in quotes"),
    "an empty ask": Broken("`asks` is not a list of texts", changed(9, "  - ''"), 8, "one item a line"),
    "no text": Broken("has no text below the front matter", GOOD.replace("到 40℃ 就停工。", ""), 11, "short paragraphs"),
    "only a correction": Broken("has no text below", GOOD.replace("到 40℃", "> 不是再热也得干,而是到 40℃"), 11, "short paragraphs"),
    "a text as long as a book": Broken("text is longer than", GOOD.replace("到 40℃", "热" * 5000), 11, "split it"),
    "a follower that does not exist": Broken(
        "superseded_by 'heat-new' does not exist", changed(7, LINES[6], "superseded_by: heat-new"), 8, "existing id"
    ),
}


def faults_of(library: Path) -> tuple[Fault, ...]:
    with pytest.raises(LibraryError) as caught:
        read_library(library)
    return caught.value.faults


def put(library: Path, text: str | bytes, name: str = "heat-stop.md") -> Path:
    path = library / "policies" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_the_file_the_broken_ones_are_made_from_has_no_fault(tmp_path: Path) -> None:
    put(tmp_path, GOOD)
    assert [policy.id for policy in read_library(tmp_path)] == ["heat-stop"]


@pytest.mark.parametrize("case", BROKEN)
def test_a_fault_is_named_with_file_line_and_remedy(tmp_path: Path, case: str) -> None:
    broken = BROKEN[case]
    put(tmp_path, broken.text)
    (fault,) = faults_of(tmp_path)
    assert (fault.file, fault.line) == ("policies/heat-stop.md", broken.line), str(fault)
    assert broken.what in fault.what
    assert broken.remedy in fault.remedy
    assert str(fault).startswith(f"policies/heat-stop.md:{broken.line}: ")
    assert "\n" not in str(fault)


@pytest.mark.parametrize("raw", [GOOD.encode("gbk"), GOOD.encode("utf-16"), b"\xff\xfe\x00"], ids=["GBK", "UTF-16", "noise"])
def test_a_file_that_is_not_utf8_is_named(tmp_path: Path, raw: bytes) -> None:
    put(tmp_path, raw)
    assert faults_of(tmp_path) == (Fault("policies/heat-stop.md", 1, "is not UTF-8", "save the file as UTF-8"),)


def test_control_characters_in_the_front_matter_are_a_fault(tmp_path: Path) -> None:
    put(tmp_path, changed(3, "title: 停\x07工"))
    (fault,) = faults_of(tmp_path)
    assert fault.file == "policies/heat-stop.md"
    assert "broken front matter" in fault.what


def test_the_same_id_in_two_folders_names_the_second_file_and_the_first(tmp_path: Path) -> None:
    put(tmp_path, GOOD, "a/heat-stop.md")
    put(tmp_path, GOOD, "b/heat-stop.md")
    (fault,) = faults_of(tmp_path)
    assert (fault.file, fault.line) == ("policies/b/heat-stop.md", 2)
    assert "used by two files" in fault.what
    assert "policies/a/heat-stop.md" in fault.what
    assert fault.remedy


def test_all_faults_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    put(tmp_path, changed(4, "topic: heet").replace("verified", "sure"))
    put(tmp_path, changed(2, "id: cold").replace("name:", "nmae:"), "cold.md")
    write_policy(tmp_path, "fine", "没有毛病", "好的。")
    assert {(fault.file, fault.line) for fault in faults_of(tmp_path)} == {
        ("policies/heat-stop.md", 4), ("policies/heat-stop.md", 7), ("policies/cold.md", 5),
    }  # fmt: skip


def test_a_policy_with_a_fault_can_be_superseded_to_without_a_second_fault(tmp_path: Path) -> None:
    put(tmp_path, changed(7, LINES[6], "superseded_by: cold"))
    put(tmp_path, changed(2, "id: cold").replace("topic: heat", "topic: heet"), "cold.md")
    assert [fault.file for fault in faults_of(tmp_path)] == ["policies/cold.md"]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path)
    assert fault.what == "no policy files"
    assert "at least one policy" in fault.remedy


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "nowhere")
    assert fault.file == str(tmp_path / "nowhere")
    assert fault.what == "no such folder"


def test_hidden_files_and_other_kinds_of_file_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, GOOD)
    put(tmp_path, "swap", ".heat-stop.md")
    put(tmp_path, "note", "note.docx")
    assert len(read_library(tmp_path)) == 1


def test_a_folder_without_a_policies_folder_holds_the_policies_itself(tmp_path: Path) -> None:
    (tmp_path / "heat-stop.md").write_text(GOOD, encoding="utf-8")
    assert [policy.id for policy in read_library(tmp_path)] == ["heat-stop"]


def test_a_full_file_is_read_whole(tmp_path: Path) -> None:
    put(
        tmp_path,
        """---
id: heat-stop
title: 气温到 40℃ 要停工
topic: heat
facts: [H-02, H-03]
source:
  name: 《防暑降温措施管理办法》
  issuer: 人社部
  number: 安监总安健〔2012〕89号
  url: https://www.gov.cn/x
confidence: secondary
audience: [rider, trucker]
valid_from: 2012-06-29
valid_to: 2030-12-31
superseded_by: heat-stop
reviewed: 2026-11-21
asks:
  - 四十度停工吗
  - 四十度停工吗
  - 12345
---
当天最高气温到 40℃,单位应当
停掉室外露天的活。

> 不是“再热也得干”,
> 而是到 40℃ 就该停工。

带齐:
- 水
- 帽子
""",
    )
    (policy,) = read_library(tmp_path)
    assert policy.paragraphs == ("当天最高气温到 40℃,单位应当停掉室外露天的活。", "带齐:\n- 水\n- 帽子")
    assert policy.correction == "不是“再热也得干”,而是到 40℃ 就该停工。"
    assert policy.confidence is Confidence.SECONDARY
    assert (policy.source.issuer, policy.source.number) == ("人社部", "安监总安健〔2012〕89号")
    assert (policy.valid_from, policy.valid_to, policy.reviewed) == (date(2012, 6, 29), date(2030, 12, 31), date(2026, 11, 21))
    assert policy.asks == ("四十度停工吗", "12345")
    assert policy.facts == ("H-02", "H-03")
    assert policy.audience == ("rider", "trucker")


def test_what_is_optional_has_a_default(tmp_path: Path) -> None:
    put(tmp_path, "---\nid: heat-stop\ntitle: 停工\ntopic: heat\nsource:\n  name: 办法\nconfidence: verified\n---\n到 40℃ 停工。\n")
    (policy,) = read_library(tmp_path)
    assert (policy.audience, policy.facts, policy.asks, policy.superseded_by) == (("all",), (), (), "")
    assert policy.in_force(date(1990, 1, 1))
    assert policy.in_force(date(2090, 1, 1))


@pytest.mark.parametrize("text", [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD], ids=["Windows line ends", "byte order mark"])
def test_files_saved_on_windows_read_the_same(tmp_path: Path, text: str) -> None:
    put(tmp_path / "plain", GOOD)
    put(tmp_path / "windows", text)
    assert read_library(tmp_path / "plain") == read_library(tmp_path / "windows")


def test_a_policy_holds_on_its_first_and_last_day_and_not_beside_them(tmp_path: Path) -> None:
    put(tmp_path, changed(7, LINES[6], "valid_from: 2026-06-01", "valid_to: 2026-08-31"))
    (policy,) = read_library(tmp_path)
    held = [policy.in_force(day) for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 1))]
    assert held == [False, True, True, False]


def test_a_quotation_inside_a_paragraph_is_the_correction_too() -> None:
    assert split_body("第一段。\n> 不是甲,而是乙。") == (("第一段。",), "不是甲,而是乙。")


def test_checking_a_folder_by_hand_says_what_is_wrong_and_how_it_ended(tmp_path: Path) -> None:
    said: list[object] = []
    put(tmp_path, GOOD)
    assert main([str(tmp_path)], said.append) == 0
    assert said == ["1 policies, 1 asks, no faults"]
    put(tmp_path, changed(4, "topic: heet"))
    assert main([str(tmp_path)], said.append) == 1
    assert "policies/heat-stop.md:4: unknown topic" in str(said[-1])
    assert main([], said.append) == 2

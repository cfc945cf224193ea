"""`redstation ask` and `redstation search`: one answer for people, JSON lines for programs, nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.bot.commands import PATIENCE, SCRIPT, Finished, copied, environment, lines, redstation, rows

QUESTION = "气温到40度了站点还让出去送,合法吗"
GOOD: dict[str, object] = {"id": "good", "q": QUESTION}
ASKED: tuple[dict[str, object], ...] = (
    GOOD,
    {"id": "alone", "q": "那41度呢"},
    {"id": "follow-up", "q": "那要交钱不", "history": ["公司拖了俩月工资,我想去劳动仲裁"]},
    {"id": "place", "q": "附近哪里有驿站能歇脚", "location": {"lat": 31.23, "lon": 121.47}},
    {"id": "near", "q": "附近哪里有驿站能歇脚", "location": {"lat": 31.86, "lon": 117.28}},
    {"id": "before", "q": "电动车老国标是哪年的", "now": "2025-06-01T09:00:00+08:00"},
    {"id": "after", "q": "电动车老国标是哪年的", "now": "2030-06-01T09:00:00+08:00"},
    {"id": "unknown", "q": "帮我算算这个月彩票开什么号"},
    {"id": "one word", "q": "充电"},
    {"id": "hello", "q": "你好"},
    {"id": "danger", "q": "有人被车撞了,流了好多血,叫不醒"},
    {"id": "half a character \ud83d", "q": "高温天几度停工\ud83d"},
    {"id": "空", "q": ""},
    {"id": "null history", "q": "你好", "history": None, "location": None, "now": None},
)


@pytest.fixture(scope="module")
def own_data(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(shipped_data, tmp_path_factory.mktemp("asking"))


@pytest.fixture(scope="module")
def asked(own_data: Path) -> Finished:
    stdin = "\n" + "".join(json.dumps(item) + "\n\n" for item in ASKED)  # blank lines count for nothing
    return redstation("ask", "--jsonl", "--data", own_data, stdin=stdin)


def the_reply(asked: Finished, identity: str) -> dict[str, Any]:
    return next(reply for reply in asked.replies if reply["id"] == identity)


def test_each_question_gets_one_line_in_order(asked: Finished) -> None:
    assert asked.status == 0
    assert asked.err == ""
    expected = [str(item["id"]).replace("\ud83d", "?") for item in ASKED]
    assert [reply["id"] for reply in asked.replies] == expected


def test_a_line_holds_what_the_contract_says(asked: Finished, own_data: Path) -> None:
    live = rows(own_data, "knowledge_pointer")[0][1]
    for reply in asked.replies:
        assert set(reply) - {"stations"} == {"id", "kind", "text", "citations", "release", "ms"}
        for station in reply.get("stations", ()):
            assert set(station) == {"id", "distance_m", "open_until"}
        assert reply["release"] == live
        assert reply["ms"] >= 0
        for citation in reply["citations"]:
            assert set(citation) == {"policy", "title", "source", "passage"}
            assert citation["passage"].startswith(f"{citation['policy']}#")


@pytest.mark.parametrize(
    ("identity", "kind"),
    [
        ("good", "answer"), ("place", "stations"), ("unknown", "refusal"), ("one word", "clarify"), ("hello", "smalltalk"),
        ("danger", "emergency"), ("half a character ?", "answer"), ("空", "smalltalk"), ("null history", "smalltalk"),
    ],
)  # fmt: skip
def test_every_kind_of_reply_comes_out_under_its_name(asked: Finished, identity: str, kind: str) -> None:
    reply = the_reply(asked, identity)
    assert reply["kind"] == kind
    assert reply["text"]
    assert kind != "answer" or reply["citations"]


def test_stations_come_with_their_distance_and_only_where_some_are_near(asked: Finished) -> None:
    near = the_reply(asked, "near")
    assert near["kind"] == "stations"
    distances = [station["distance_m"] for station in near["stations"]]
    assert distances == sorted(distances)
    assert 0 < distances[0] < 10_000
    assert "stations" not in the_reply(asked, "place")


def test_the_turns_before_make_a_follow_up_clear(asked: Finished) -> None:
    reply = the_reply(asked, "follow-up")
    assert reply["kind"] == "answer"
    assert "仲裁" in reply["text"]


def test_a_rule_is_cited_only_while_it_is_in_force(asked: Finished) -> None:
    old = "bike-old-standard-2018"
    assert old in {citation["policy"] for citation in the_reply(asked, "before")["citations"]}
    assert old not in {citation["policy"] for citation in the_reply(asked, "after")["citations"]}


def test_asking_writes_nothing(asked: Finished, own_data: Path, shipped_data: Path) -> None:
    assert the_reply(asked, "unknown")["kind"] == "refusal"
    for table in ("knowledge_gap", "bot_conversation", "bot_rating"):
        assert rows(own_data, table) == []
    names = [{str(path.relative_to(data)) for path in data.rglob("*")} for data in (own_data, shipped_data)]
    assert {name for name in names[0] ^ names[1] if not name.startswith("redstation.db-")} == set()


def test_one_question_is_answered_in_plain_words_with_its_source(own_data: Path) -> None:
    done = redstation("ask", QUESTION, "--data", own_data)
    assert (done.status, done.err) == (0, "")
    assert "40℃" in done.out
    assert "依据\n·《" in done.out
    again = redstation("ask", QUESTION, "--data", own_data, command=(sys.executable, "-m", "bot"))
    assert again == done


def test_a_question_in_no_encoding_is_answered_all_the_same(own_data: Path) -> None:
    command = [str(SCRIPT).encode(), b"ask", "高温几度停工".encode() + b"\xff\xfe", b"--data", str(own_data).encode()]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, env=environment())
    assert (done.returncode, done.stderr) == (0, b"")
    assert "依据" in done.stdout.decode()


def test_search_gives_ranked_policies_and_passages(own_data: Path) -> None:
    stdin = lines(GOOD, {"id": "2", "q": "那晚上呢", "history": ["高温天几点不能干活"]})
    done = redstation("search", "--jsonl", "--k", "7", "--data", own_data, stdin=stdin)
    assert done.status == 0
    first, second = done.replies
    assert first["id"] == "good"
    assert set(first) == {"id", "hits"}
    assert set(first["hits"][0]) == {"policy", "passage", "facts", "score"}
    assert "H-02" in first["hits"][0]["facts"]
    assert len(first["hits"]) == 7
    assert len({hit["policy"] for hit in first["hits"]}) == 7
    scores = [hit["score"] for hit in first["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert second["hits"]


BAD_LINES: dict[str, bytes] = {  # every other kind of bad line is in test_jsonl
    "not JSON": b"{",
    "brackets without end": b"[" * 100_000,
    "a place far too large": f'{{"id": "1", "q": "x", "location": {{"lat": 1{"0" * 400}, "lon": 0}}}}'.encode(),
    "no UTF-8": b'{"id": "1", "q": "\xff"}',
}


@pytest.fixture(scope="module")
def after_bad_lines(small_data: Path) -> dict[str, Finished]:
    """What came of a good line, the bad line, and another good line; two processes at a time."""

    def fed(line: bytes) -> Finished:
        stdin = lines(GOOD).encode() + line + b"\n" + lines(GOOD | {"id": "later"}).encode()
        return redstation("ask", "--jsonl", "--data", small_data, stdin=stdin)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(BAD_LINES, pool.map(fed, BAD_LINES.values()), strict=True))


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_ends_with_one_clear_line_after_all_that_came_before_it(name: str, after_bad_lines: dict[str, Finished]) -> None:
    done = after_bad_lines[name]
    assert done.status == 2
    assert "UTF-8" in done.complaint if name == "no UTF-8" else done.complaint.startswith("line 2")
    if name != "no UTF-8":  # bytes are read ahead of lines
        assert [reply["id"] for reply in done.replies] == ["good"]


def test_a_reader_that_goes_away_is_no_error_to_shout_about(small_data: Path) -> None:
    with subprocess.Popen(
        [str(SCRIPT), "ask", "--jsonl", "--data", str(small_data)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(lines(GOOD))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "good"
        process.stdout.close()
        process.stdin.write(lines(GOOD))
        process.stdin.close()
        assert process.stderr.read() == ""
        assert process.wait(PATIENCE) == 1


@pytest.mark.parametrize("arguments", [("ask",), ("ask", "几度停工", "--jsonl"), ("search",)])
def test_a_command_that_lacks_its_question_says_how_to_write_it(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = redstation(*arguments, "--data", tmp_path / "never-made")
    assert (done.status, done.out) == (2, "")
    assert "redstation " in done.complaint or "--jsonl" in done.complaint
    assert not (tmp_path / "never-made").exists()

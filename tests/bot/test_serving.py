"""`redstation run`: starts with little, answers over HTTP, follows releases, survives kill -9, ends when it is told to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bot.commands import PATIENCE, a_policy, environment, eventually, redstation, rows, service, write_library

QUESTION = "气温到40度了还让送,合法吗"
HEAVY = {"torch", "sentence_transformers", "transformers", "sklearn", "scipy", "aiogram", "telegram", "langchain"}
ANSWERS_AND_LISTS_MODULES = """
import asyncio, json, sys
import bot.cli, bot.serving
from bot.app import application, open_or_build
from bot.settings import load_settings

with application(load_settings(data=sys.argv[1])) as app:
    open_or_build(app)
    vectors = app.assistant.warm_up()
    message = asyncio.run(app.talk.reply("c", sys.argv[2], "r"))
print(json.dumps({"kind": message.kind, "vectors": vectors, "modules": sorted({name.split(".")[0] for name in sys.modules})}))
"""


def test_the_first_answer_comes_over_http_and_sigterm_ends_it_in_order(data: Path) -> None:
    with service(data) as running:
        reply = running.ask(QUESTION, "first")
        assert reply["kind"] == "answer"
        assert "40℃" in reply["body"]
        assert reply["chips"]
        assert running.ask(QUESTION, "first") | {"ms": reply["ms"]} == reply  # without its cookie it is somebody else's
        running.ask("帮我算算这个月彩票开什么号", "gap")
        done = running.stop()
    assert done.status == 0
    assert done.out == ""
    assert done.err.splitlines()[1:] == [f"web chat: {running.url}  (Ctrl+C stops)"]
    assert list(data.glob("redstation.db-*")) == []  # the database was closed, not dropped
    assert [row[0] for row in rows(data, "knowledge_gap")] == ["gap"]


def test_neither_torch_nor_a_telegram_library_is_loaded_to_answer(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ANSWERS_AND_LISTS_MODULES, str(data), QUESTION],
        capture_output=True, text=True, timeout=PATIENCE, check=True, env=environment(),
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert (found["kind"], found["vectors"]) == ("answer", True)
    assert HEAVY & set(found["modules"]) == set()
    assert {"chromadb", "uvicorn", "fastapi"} <= set(found["modules"])  # the list is not empty for some other reason


def test_a_release_made_live_by_another_process_is_followed_without_a_restart(data: Path, tmp_path: Path) -> None:
    library = write_library(tmp_path / "other", {"snail-rule.md": a_policy("snail-rule", "蜗牛送餐可以慢 3 分钟。")})
    with service(data) as running:
        before = running.ask(QUESTION, "before")["release"]
        assert redstation("reload", "--library", library, "--yes", "--data", data).status == 0
        after = str(rows(data, "knowledge_pointer")[0][1])
        assert after != before
        eventually(lambda: running.ready()["release"] == after, "the service follows the reload")
        assert running.ask(QUESTION, "after")["release"] == after
        assert redstation("rollback", "--data", data).status == 0
        eventually(lambda: running.ready()["release"] == before, "the service follows the rollback")
        assert "40℃" in running.ask(QUESTION, "again")["body"]
        assert running.process.poll() is None


def test_killed_in_the_middle_it_starts_again_with_all_it_had_written(data: Path) -> None:
    with service(data) as running:
        running.ask("帮我算算这个月彩票开什么号", "gap")
        running.process.kill()
        running.process.wait(PATIENCE)
    with service(data) as running:
        assert running.ask(QUESTION, "first")["kind"] == "answer"
        assert [row[0] for row in rows(data, "knowledge_gap")] == ["gap"]


def test_a_damaged_index_is_mended_while_questions_are_answered(data: Path) -> None:
    for path in data.glob("releases/*/vectors/**/*"):
        if path.is_file():
            path.write_bytes(b"rubbish")
    with service(data) as running:
        assert "40℃" in running.ask(QUESTION, "meanwhile")["body"]
        eventually(lambda: running.ready()["vectors"] is True, "vectors are back")
        assert "40℃" in running.ask(QUESTION, "after")["body"]

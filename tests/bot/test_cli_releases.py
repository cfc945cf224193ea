"""`redstation reload`, `rollback`, `versions` and `check`: a new library goes live whole, or not at all."""

from __future__ import annotations

import fcntl
import re
from pathlib import Path

import pytest

from tests.bot.commands import a_policy, lines, redstation, rows, write_library

TEXT = "气温到 40℃,当天停工。"


def live(data: Path) -> str:
    return str(rows(data, "knowledge_pointer")[0][1])


def kept(data: Path) -> set[str]:
    return {path.name for path in (data / "releases").iterdir() if path.is_dir()}


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A library of one policy that no other library holds."""
    return write_library(tmp_path / "other", {"snail-rule.md": a_policy("snail-rule", "蜗牛送餐可以慢 3 分钟。")})


def test_another_library_goes_live_and_comes_off_again(data: Path, other: Path) -> None:
    before = live(data)
    reloaded = redstation("reload", "--library", other, "--yes", "--data", data)
    assert reloaded.status == 0
    after = live(data)
    assert after != before
    assert reloaded.out == f"{after} is live: 1 policies, 1 passages\n"
    assert "+ snail-rule" in reloaded.err
    assert "- heat-stop-work-40" in reloaded.err
    found = redstation("search", "--jsonl", "--data", data, stdin=lines({"id": "1", "q": "气温到40度了还让送,合法吗"}))
    assert {hit["policy"] for hit in found.replies[0]["hits"]} <= {"snail-rule"}

    listed = redstation("versions", "--data", data).out.splitlines()
    assert [line[:2] + line[2:].split()[0] for line in listed] == [f"* {after}", f"  {before}"]

    assert redstation("rollback", "--data", data).out.startswith(f"{before} is live")
    assert live(data) == before
    assert "40℃" in redstation("ask", "气温到40度了还让送,合法吗", "--data", data).out

    assert redstation("rollback", after, "--data", data).status == 0
    assert live(data) == after


def test_the_data_folders_own_library_is_what_is_reloaded_by_default(data: Path) -> None:
    changed = data / "library" / "policies" / "heat-stop-work-40.md"
    changed.write_text(changed.read_text(encoding="utf-8").replace("用人单位应当停掉", "单位得停掉"), encoding="utf-8")
    (data / "library" / "policies" / "heat-day-35.md").unlink()
    done = redstation("reload", "--data", data, stdin="y\n")
    assert done.status == 0
    assert [line.replace("make it live? [Y/n]: ", "") for line in done.err.splitlines() if line[1:2] == " "] == [
        "~ heat-stop-work-40",
        "- heat-day-35",
    ]


@pytest.mark.parametrize("said", ["n\n", ""])  # no, and nobody there
def test_without_a_yes_nothing_goes_live_and_nothing_is_left_behind(data: Path, other: Path, said: str) -> None:
    before, folders = live(data), kept(data)
    done = redstation("reload", "--library", other, "--data", data, stdin=said)
    assert done.status == 1
    assert "the old version goes on answering" in done.err
    assert live(data) == before
    assert kept(data) == folders


def test_every_fault_of_a_library_is_named_with_file_line_and_remedy_and_the_old_version_answers_on(
    data: Path, tmp_path: Path
) -> None:
    front = a_policy("unclosed", TEXT).replace(f"---\n{TEXT}", TEXT)
    library = write_library(
        tmp_path / "faulty",
        {
            "fine.md": a_policy("fine", TEXT),
            "unclosed.md": front,
            "colon.md": a_policy("colon", TEXT, title="冒号: 和: 冒号"),
            "unknown-key.md": a_policy("unknown-key", TEXT, colour="red"),
            "impossible-day.md": a_policy("impossible-day", TEXT, valid_from="2026-02-30"),
            "strange-topic.md": a_policy("strange-topic", TEXT, topic="weather"),
            "nothing-said.md": a_policy("nothing-said", ""),
            "north/twin.md": a_policy("twin", TEXT),
            "south/twin.md": a_policy("twin", TEXT),
        },
    )
    (library / "policies" / "latin.md").write_bytes(a_policy("latin", TEXT).encode("gb18030"))
    before, folders = live(data), kept(data)
    done = redstation("reload", "--library", library, "--yes", "--data", data)
    assert (done.status, done.out) == (1, "")
    found = dict(re.findall(r"^redstation: \S*?([a-z-]+)\.md:(\d+: .+; .+)$", done.err, re.MULTILINE))
    assert set(found) == {"unclosed", "colon", "unknown-key", "impossible-day", "strange-topic", "nothing-said", "latin", "twin"}
    assert found["unknown-key"].startswith("8: unknown key `colour`")
    assert found["impossible-day"].startswith("8: `valid_from`")
    assert "twin" in found["twin"]
    assert "the old version goes on answering" in done.err.splitlines()[-1]
    assert live(data) == before
    assert kept(data) == folders
    assert "40℃" in redstation("ask", "气温到40度了还让送,合法吗", "--data", data).out


def test_a_folder_that_is_no_library_is_refused(data: Path, tmp_path: Path) -> None:
    missing = redstation("reload", "--library", tmp_path / "nowhere", "--yes", "--data", data)
    assert missing.status == 2
    assert "nowhere is no folder" in missing.complaint
    (tmp_path / "empty").mkdir()
    empty = redstation("reload", "--library", tmp_path / "empty", "--yes", "--data", data)
    assert empty.status == 1
    assert "no policy files" in empty.err


def test_two_builders_do_not_meet_in_one_data_folder(data: Path, other: Path) -> None:
    with (data / "releases" / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = redstation("reload", "--library", other, "--yes", "--data", data)
    assert done.status == 1
    assert "try again" in done.complaint


def test_rolling_back_to_what_is_not_there_is_refused(data: Path) -> None:
    assert "no earlier version" in redstation("rollback", "--data", data).complaint
    done = redstation("rollback", "20200101-000000", "--data", data)
    assert done.status == 2
    assert "20200101-000000" in done.complaint


def test_a_check_of_a_sound_house_finds_nothing_wrong(data: Path) -> None:
    done = redstation("check", "--data", data)
    assert (done.status, done.err) == (0, "")
    assert live(data) in done.out
    assert all(line.startswith("ok ") for line in done.out.splitlines())


def test_a_check_of_an_empty_house_builds_nothing(tmp_path: Path) -> None:
    done = redstation("check", "--data", tmp_path / "new")
    assert done.status == 0
    assert "none yet" in done.out
    assert not (tmp_path / "new" / "releases").exists()


def test_a_check_names_a_damaged_release_and_an_address_without_https(data: Path) -> None:
    (data / "releases" / live(data) / "units.grams.npz").write_bytes(b"rubbish")
    done = redstation("check", "--data", data, settings={"REDSTATION_PUBLIC_URL": "http://station.example"})
    wrong = [line for line in done.out.splitlines() if line.startswith("WRONG")]
    assert done.status == 1
    assert len(wrong) == 2
    assert "units.grams.npz" in wrong[0]
    assert "HTTPS" in wrong[1]


def test_a_damaged_release_still_answers_and_is_mended_on_the_way(data: Path) -> None:
    folder = data / "releases" / live(data)
    for path in [*folder.glob("*.npz"), *(path for path in (folder / "vectors").rglob("*") if path.is_file())]:
        path.write_bytes(b"rubbish")
    done = redstation("ask", "气温到40度了还让送,合法吗", "--data", data)
    assert done.status == 0
    assert "40℃" in done.out
    assert redstation("check", "--data", data).status == 0

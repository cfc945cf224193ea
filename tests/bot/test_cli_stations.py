"""`redstation stations`, as an admin types it: real files of every kind, a real data folder, and what goes wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest

from bot.app import DEMONSTRATION, now, shipped_library
from bot.storage.engine import open_engine
from bot.storage.people import PeopleRows
from knowledge.stations import Stations
from knowledge.store import StationTables
from tests.bot.commands import SCRIPT, Finished, copied, environment, redstation

HEAD = ["编号", "名称", "类型", "坐标系", "纬度", "经度", "片区", "服务", "开放时间"]
NORTH = ["hf-01", "样例驿站甲", "红色驿站", "GCJ-02", "31.8521", "117.2354", "安徽省/合肥市/蜀山区", "饮水、热饭", "24小时"]
SOUTH = ["hf-02", "样例驿站乙", "司机之家", "GCJ-02", "31.8003", "117.3052", "安徽省/合肥市/包河区", "淋浴", ""]
OTHER = ["cs-01", "样例驿站丙", "工会驿站", "WGS-84", "28.1900", "112.9700", "湖南省/长沙市/芙蓉区", "饮水", "8:00-20:00"]
NAMELESS = ["hf-03", "", "红色驿站", "GCJ-02", "31.8", "117.3", "", "", ""]
DATUMLESS = ["hf-04", "样例驿站丁", "红色驿站", "", "31.8", "一百一十七度", "", "", "有空就开"]

Rows = Sequence[Sequence[str]]


def a_csv(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    path.write_text("".join(",".join(row) + "\n" for row in (HEAD, *rows)), encoding=encoding)
    return path


def a_workbook(path: Path, rows: Rows) -> Path:
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def a_yaml(path: Path, rows: Rows) -> Path:
    written = ["stations:"]
    for row in rows:
        written += [
            f"{'  - ' if not place else '    '}{name}: {cell!r}" for place, (name, cell) in enumerate(zip(HEAD, row, strict=True))
        ]
    path.write_text("\n".join(written), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that nothing was ever done in."""
    return tmp_path / "data"


@contextmanager
def directory(data: Path) -> Iterator[Stations]:
    """The stations of a data folder, as a running service has them."""
    engine = open_engine(data / "redstation.db")
    try:
        opened = Stations(StationTables(engine), now)
        opened.open(shipped_library() / DEMONSTRATION)
        yield opened
    finally:
        engine.dispose()


def ids(data: Path) -> list[str]:
    with directory(data) as stations:
        return [found.station.id for found in stations.listed()]


def take(data: Path, path: Path, *options: str, answer: str = "") -> Finished:
    return redstation("stations", "import", path, *options, "--data", data, stdin=answer)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three real stations. Not to be changed."""
    data = tmp_path_factory.mktemp("built") / "data"
    assert take(data, a_csv(data.with_name("town.csv"), [NORTH, SOUTH, OTHER]), "--yes").status == 0
    return data


@pytest.fixture
def town(built: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own with three real stations."""
    return copied(built, tmp_path / "data")


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "gb18030", "xlsx", "yaml"])
def test_a_file_of_any_kind_is_taken_in_and_its_changes_are_shown(data: Path, tmp_path: Path, kind: str) -> None:
    rows = [NORTH, SOUTH]
    if kind == "xlsx":
        path = a_workbook(tmp_path / "驿站.xlsx", rows)
    else:
        path = a_yaml(tmp_path / "驿站.yaml", rows) if kind == "yaml" else a_csv(tmp_path / "驿站.csv", rows, kind)
    done = take(data, path, "--yes")
    assert (done.status, done.out) == (0, "2 added, 0 changed, 0 as they were; 2 stations in the directory\n")
    assert done.err.splitlines() == ["redstation: + hf-01", "redstation: + hf-02"]
    shown = redstation("stations", "show", "hf-02", "--data", data).out
    assert "样例驿站乙" in shown
    assert "洗澡" in shown  # the file says 淋浴
    assert "31.802" in shown  # WGS-84 of the GCJ-02 in the file


def test_the_second_file_shows_changed_fields_and_withdraws_only_when_told(town: Path, tmp_path: Path) -> None:
    path = a_csv(tmp_path / "next.csv", [[*NORTH[:7], "饮水", "8:00-18:00"], SOUTH])
    done = take(town, path, "--yes")
    assert done.out == "0 added, 1 changed, 1 as they were; 3 stations in the directory\n"
    assert done.err == "redstation: ~ hf-01: services, hours\n"
    done = take(town, path, "--replace", "--yes")
    assert done.out == "0 added, 0 changed, 2 as they were, 1 withdrawn; 2 stations in the directory\n"
    assert done.err == "redstation: - cs-01\n"
    assert ids(town) == ["hf-01", "hf-02"]


@pytest.mark.parametrize(("answer", "status"), [("n\n", 1), ("", 1), ("y\n", 0)])
def test_nothing_is_written_before_somebody_says_yes(town: Path, tmp_path: Path, answer: str, status: int) -> None:
    done = take(town, a_csv(tmp_path / "one.csv", [NORTH]), "--replace", answer=answer)
    assert done.status == status
    assert "0 added, 0 changed, 1 as they were, 2 withdrawn: import?" in done.err
    assert len(ids(town)) == (3 if status else 1)


def test_every_bad_row_is_named_with_line_column_reason_and_value_and_the_rest_is_taken(data: Path, tmp_path: Path) -> None:
    path = a_csv(tmp_path / "mixed.csv", [NAMELESS, NORTH, DATUMLESS, [*SOUTH[:7], "足浴", ""], NORTH])
    done = take(data, path, "--yes")
    assert done.status == 0
    said = done.err
    assert "redstation: mixed.csv:2: 名称 is empty\n" in said
    assert "redstation: mixed.csv:4: 坐标系 is missing; it is never guessed\n" in said
    assert "redstation: mixed.csv:4: 经度 is no number of degrees ('一百一十七度')\n" in said
    assert "redstation: mixed.csv:4: 开放时间 " in said
    assert "('有空就开')" in said
    assert "redstation: mixed.csv:5: 服务 a service of no known name, kept as it is ('足浴')\n" in said
    assert "redstation: mixed.csv:6: 编号 the id stands in line 3 already ('hf-01')\n" in said
    assert "3 row(s) of mixed.csv are left out\n" in said
    assert ids(data) == ["hf-01", "hf-02"]


def test_a_file_with_bad_rows_withdraws_nothing_and_says_so(town: Path, tmp_path: Path) -> None:
    done = take(town, a_csv(tmp_path / "mixed.csv", [NORTH, NAMELESS]), "--replace", "--yes")
    assert done.status == 0
    assert "so nothing is withdrawn" in done.err
    assert len(ids(town)) == 3


@pytest.mark.parametrize("rows", [[NAMELESS, DATUMLESS], []])
def test_a_file_of_which_nothing_can_be_taken_ends_with_one_and_changes_nothing(town: Path, tmp_path: Path, rows: Rows) -> None:
    done = take(town, a_csv(tmp_path / "bad.csv", rows), "--replace", "--yes")
    assert (done.status, done.out) == (1, "")
    assert done.err.endswith("redstation: no row of bad.csv can be taken; everything stays as it is\n")
    assert len(ids(town)) == 3


def test_a_file_that_cannot_be_read_is_one_clear_line(data: Path, tmp_path: Path) -> None:
    formulas = openpyxl.Workbook()
    formulas.worksheets[0].append(HEAD)
    formulas.worksheets[0].append(["=1+1", *NORTH[1:]])
    formulas.save(tmp_path / "formulas.xlsx")
    (tmp_path / "rubbish.xlsx").write_bytes(b"this is no workbook")
    (tmp_path / "broken.yaml").write_text("stations: [", encoding="utf-8")
    (tmp_path / "list.pdf").touch()
    (tmp_path / "headless.csv").write_text("a,b\nc,d\n", encoding="utf-8")
    for name, why in {
        "missing.csv": "No such file", "list.pdf": "ends in .yaml", "rubbish.xlsx": "no workbook", "broken.yaml": "no YAML",
        "formulas.xlsx": "formulas", "headless.csv": "docs/stations.md",
    }.items():  # fmt: skip
        done = take(data, tmp_path / name, "--yes")
        assert (done.status, done.out) == (2, ""), name
        assert name in done.complaint
        assert why in done.complaint


def test_real_stations_drop_the_demonstration_that_riders_saw(data: Path, tmp_path: Path) -> None:
    before = redstation("stations", "list", "--data", data).out
    assert before.startswith("demo-01  演示驿站 01  ")
    assert "(demonstration)" in redstation("stations", "show", "demo-01", "--data", data).out
    done = take(data, a_csv(tmp_path / "real.csv", [NORTH]), "--yes")
    count = len(before.splitlines())
    assert done.out == f"1 added, 0 changed, 0 as they were, {count} of the demonstration dropped; 1 stations in the directory\n"
    assert redstation("stations", "list", "--data", data).out == (
        "hf-01  样例驿站甲  红色驿站  安徽省/合肥市/蜀山区  open around the clock\n"
    )


def test_the_list_is_narrowed_by_area_and_kind(town: Path) -> None:
    def listed(*options: str) -> list[str]:
        return [line.split()[0] for line in redstation("stations", "list", *options, "--data", town).out.splitlines()]

    assert listed() == ["cs-01", "hf-01", "hf-02"]
    assert listed("--area", "合肥市") == ["hf-01", "hf-02"]
    assert listed("--area", "合肥市/包河区") == ["hf-02"]
    assert listed("--area", "肥市") == []
    assert listed("--area", "安徽省", "--kind", "红色驿站") == ["hf-01"]
    assert "hours not registered" in redstation("stations", "list", "--kind", "司机之家", "--data", town).out
    done = redstation("stations", "list", "--kind", "茶馆", "--data", town)
    assert (done.status, done.out) == (2, "")
    assert "红色驿站" in done.complaint


def test_a_list_whose_reader_leaves_early_ends_quietly(town: Path) -> None:
    script = f"{SCRIPT} stations list --data {town} | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment(), check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_door_is_closed_and_reopened_and_the_audit_says_so(town: Path, tmp_path: Path) -> None:
    done = redstation("stations", "close", "hf-01", "--until", "2099-01-01T18:00", "--reason", "停电\n检修", "--data", town)
    assert done.out == "hf-01  closed until 2099-01-01 18:00\n"
    with directory(town) as stations:
        closure = stations.closure_of("hf-01")
        assert closure is not None
        assert (closure.reason, closure.by, str(closure.until)) == ("停电 检修", "cli", "2099-01-01 10:00:00+00:00")
    assert take(town, a_csv(tmp_path / "again.csv", [NORTH, SOUTH, OTHER]), "--replace", "--yes").status == 0
    shown = redstation("stations", "show", "hf-01", "--data", town).out
    assert "closed until 2099-01-01 18:00 (停电 检修)" in shown
    assert redstation("stations", "reopen", "hf-01", "--data", town).status == 0
    assert "open around the clock" in redstation("stations", "show", "hf-01", "--data", town).out
    assert redstation("stations", "close", "hf-01", "--data", town).out == "hf-01  closed until it is reopened\n"
    engine = open_engine(town / "redstation.db")
    try:
        entries = PeopleRows(engine).audit.entries("hf-01")
    finally:
        engine.dispose()
    assert [(entry[0], entry[1], entry[4]) for entry in entries] == [
        ("cli", "station.close", "2099-01-01T18:00"), ("cli", "station.reopen", ""), ("cli", "station.close", "open_end"),
    ]  # fmt: skip


def test_reopening_a_door_that_nobody_closed_does_nothing(town: Path) -> None:
    done = redstation("stations", "reopen", "hf-01", "--data", town)
    assert (done.status, done.out) == (0, "")
    assert "registered hours hold" in done.complaint


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("close", "hf-99"), "hf-99"),
        (("close", "hf-01", "--until", "tomorrow"), "2026-11-25T18:00"),
        (("close", "hf-01", "--until", "2020-01-01"), "has passed"),
        (("close", "hf-01", "--reason", "停" * 61), "60 characters"),
        (("reopen", "hf-99"), "stations list"),
        (("show", "hf-99"), "stations list"),
        (("reports", "--clear", "hf-99"), "stations list"),
    ],
)
def test_bad_input_is_one_clear_line(town: Path, arguments: tuple[str, ...], said: str) -> None:
    done = redstation("stations", *arguments, "--data", town)
    assert (done.status, done.out) == (2, "")
    assert said in done.complaint


def test_what_two_riders_report_is_listed_until_it_is_cleared(town: Path) -> None:
    assert "no reports" in redstation("stations", "reports", "--data", town).complaint
    with directory(town) as stations:
        stations.report_closed("hf-01", "one rider", "r1")
        stations.report_closed("hf-02", "one rider", "r2")
        stations.report_closed("hf-01", "another", "r3")
    assert (
        redstation("stations", "reports", "--data", town).out == "hf-01  样例驿站甲  安徽省/合肥市/蜀山区  open around the clock\n"
    )
    assert "two riders found it closed" in redstation("stations", "show", "hf-01", "--data", town).out
    done = redstation("stations", "reports", "--clear", "hf-01", "--data", town)
    assert (done.status, done.out) == (0, "")
    with directory(town) as stations:
        assert stations.flagged_stations() == ()


def test_the_check_tells_of_the_directory_and_of_what_riders_say(town: Path, tmp_path: Path) -> None:
    assert "ok   stations: none yet" in redstation("check", "--data", tmp_path / "new").out
    with directory(town) as stations:
        stations.close_now("hf-02", None, "", "somebody", "c1")
        stations.report_closed("hf-01", "one rider", "r1")
        stations.report_closed("hf-01", "another", "r2")
    said = redstation("check", "--data", town).out
    assert "ok   stations: 3, last imported 2" in said
    assert ", 1 closed against their hours\n" in said
    assert "ok   reports: riders found 1 station(s) closed;" in said
    assert "ok   holidays: published for 2004 to 20" in said


def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = redstation("stations", "list", "--data", tmp_path / "file")
    assert (done.status, done.out) == (2, "")
    assert "--data" in done.complaint

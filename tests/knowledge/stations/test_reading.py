"""Station files: what is good is taken, what is bad is told with its place, nothing is invented."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Location
from knowledge.stations.datum import Datum, from_wgs84
from knowledge.stations.directory import distance_m
from knowledge.stations.model import KINDS, Reading, Station
from knowledge.stations.reading import read_stations
from tests.knowledge.stations.housing import SHIPPED

TODAY = date(2026, 11, 21)
DOCS = Path(__file__).parents[3] / "docs" / "stations.md"
HEAD = "编号,名称,类型,坐标系,纬度,经度,地址,片区,服务,开放时间,电话,确认日期"
GOOD = "a1,样例驿站甲,红色驿站,WGS-84,31.85,117.25,,安徽省/合肥市,饮水,08:00-20:00,,2026-11-01"


def read(tmp_path: Path, text: str | bytes, name: str = "stations.csv") -> Reading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_stations(path, TODAY)


def csv(*rows: str, head: str = HEAD) -> str:
    return "\n".join((head, *rows)) + "\n"


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_the_sample_of_the_guide_is_read_as_the_guide_says(tmp_path: Path) -> None:
    table, tree = re.findall(r"```(?:csv|yaml)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    reading = read(tmp_path, table)
    assert reading.faults == ()
    first, second, third = reading.stations
    assert (first.services, first.hours) == (("饮水", "热饭", "手机充电", "应急药品"), "Mo-Fr 08:30-18:00; PH closed")
    assert (second.services, second.hours, second.phone) == (("洗澡", "货车停车", "如厕"), "24/7", "")
    assert (third.hours, third.confirmed_at, third.services) == ("", None, ("饮水", "足浴"))
    assert [(remark.line, remark.column, remark.value) for remark in reading.remarks] == [(5, "服务", "足浴")]
    assert distance_m(from_wgs84(first.location, Datum.GCJ02), Location(31.8521, 117.2354)) < 0.1
    again = read(tmp_path, tree, "stations.yaml")
    assert again.faults == ()
    assert again.stations == (first,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    reading = read(tmp_path, csv(GOOD).replace(",", delimiter).encode(encoding))
    assert reading.faults == ()
    assert [one.name for one in reading.stations] == ["样例驿站甲"]


def test_the_same_stations_come_from_a_table_a_workbook_and_yaml(tmp_path: Path) -> None:
    table = read(tmp_path, csv(GOOD))
    cells: list[object] = [part if part not in ("31.85", "117.25") else float(part) for part in GOOD.split(",")]
    cells[-1] = date(2026, 11, 1)
    book = read(tmp_path, workbook([[], ["驿站登记表"], [*HEAD.split(",")], cells]), "stations.xlsx")
    assert table.faults == book.faults == ()
    assert table.stations == book.stations


def test_english_headings_do_as_well(tmp_path: Path) -> None:
    reading = read(tmp_path, csv(GOOD, head="ID,Name,kind,datum,lat,lon,address,area,services,hours,phone,confirmed_at"))
    assert reading.faults == ()
    assert reading.stations == read(tmp_path, csv(GOOD)).stations


def test_every_datum_leads_to_the_same_door(tmp_path: Path) -> None:
    here = Location(31.85, 117.25)
    rows = []
    for number, datum in enumerate(Datum):
        place = from_wgs84(here, datum)
        rows.append(f"a{number},样例驿站{number},红色驿站,{datum},{place.lat},{place.lon},,,,,,")
    reading = read(tmp_path, csv(*rows))
    assert len(reading.stations) == 3
    assert max(distance_m(here, one.location) for one in reading.stations) < 0.1


def test_an_empty_field_stays_empty(tmp_path: Path) -> None:
    reading = read(tmp_path, csv("a1,样例驿站甲,红色驿站,WGS-84,31.85,117.25,,,,,,"))
    assert reading.stations == (Station("a1", "样例驿站甲", "红色驿站", Location(31.85, 117.25)),)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("编号", "", "is empty"), ("编号", "a b", "spaces"), ("编号", "x" * 65, "longer than 64"), ("名称", "", "is empty"),
        ("名称", "=1+1", "formula"),
        ("类型", "网吧", "none of"), ("类型", "", "is empty"), ("坐标系", "", "never guessed"), ("坐标系", "北京54",
        "none of WGS-84"),
        ("纬度", "117.25", "each other's column"), ("纬度", "", "is empty"), ("经度", "东经117度", "no number"), ("纬度", "nan",
        "beyond"), ("经度", "0", "outside China"),
        ("开放时间", "看心情", "syntax"), ("开放时间", "sunrise-sunset", "clock times"), ("电话", "问老王", "telephone"),
        ("确认日期", "去年", "no date"),
        ("确认日期", "2026-02-30", "no date"), ("确认日期", "2027-11-21", "yet to come"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_with_its_place_and_the_other_rows_are_kept(
    tmp_path: Path, column: str, value: str, reason: str
) -> None:
    cells = GOOD.replace("a1", "a2").split(",")
    cells[HEAD.split(",").index(column)] = value
    reading = read(tmp_path, csv(GOOD, ",".join(cells)))
    assert [one.id for one in reading.stations] == ["a1"]
    assert len(reading.faults) == 1
    fault = reading.faults[0]
    assert (fault.file, fault.line, fault.column) == ("stations.csv", 3, column)
    assert reason in fault.reason
    assert fault.value in value


def test_all_that_is_wrong_in_a_row_is_told_at_once(tmp_path: Path) -> None:
    reading = read(tmp_path, csv("a 1,,网吧,,x,117.25,,,,看心情,,去年"))
    assert [fault.column for fault in reading.faults] == ["名称", "编号", "类型", "坐标系", "纬度", "开放时间", "确认日期"]


def test_an_id_that_stands_twice_is_told_and_its_first_row_kept(tmp_path: Path) -> None:
    reading = read(tmp_path, csv(GOOD, GOOD.replace("甲", "乙")))
    assert [one.name for one in reading.stations] == ["样例驿站甲"]
    assert (reading.faults[0].line, reading.faults[0].column, reading.faults[0].value) == (3, "编号", "a1")
    assert "line 2" in reading.faults[0].reason


def test_lines_are_counted_with_the_breaks_inside_quotes(tmp_path: Path) -> None:
    reading = read(
        tmp_path, csv('a1,样例驿站甲,红色驿站,WGS-84,31.85,117.25,,,"饮水\n热饭",,,', "a2,,红色驿站,WGS-84,31.85,117.25,,,,,,")
    )
    assert reading.stations[0].services == ("饮水", "热饭")
    assert reading.faults[0].line == 4


def test_a_column_nobody_knows_is_remarked_on_once(tmp_path: Path) -> None:
    reading = read(tmp_path, csv(f"{GOOD},好", f"{GOOD.replace('a1', 'a2')},坏", head=f"{HEAD},备注"))
    assert [(remark.line, remark.column) for remark in reading.remarks] == [(0, "备注")]
    assert len(reading.stations) == 2


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("应急药箱", "应急药品"), ("洗手间", "如厕"), ("微波炉", "热饭"), ("免费饮水", "饮水"), ("饮水服务", "饮水"), ("WIFI",
        "Wi-Fi"), ("淋浴间", "洗澡"),
        ("电动自行车充电", "电动车充电"), ("货车停车位", "货车停车"), ("aed", "AED"), ("避暑纳凉", "避暑"), ("雨伞", "雨具"),
        ("纳凉（空调）", "避暑"), ("提供热水", "饮水"),
    ],
)  # fmt: skip
def test_services_get_their_canonical_names(tmp_path: Path, written: str, canonical: str) -> None:
    reading = read(tmp_path, csv(GOOD.replace("饮水", written)))
    assert reading.stations[0].services == (canonical,)
    assert reading.remarks == ()


@pytest.mark.parametrize("area", ["安徽省/合肥市/蜀山区", "安徽省合肥市蜀山区", "安徽省 合肥市 蜀山区", "安徽省>合肥市>蜀山区"])
def test_an_area_is_a_path_however_it_is_written(tmp_path: Path, area: str) -> None:
    assert read(tmp_path, csv(GOOD.replace("安徽省/合肥市", area))).stations[0].area == "安徽省/合肥市/蜀山区"


def one_line(reading: Reading, words: str) -> None:
    assert reading.stations == ()
    assert len(reading.faults) == 1
    assert words in str(reading.faults[0])
    assert "\n" not in str(reading.faults[0])


def bomb(size: int, head: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", head + b"0" * size)
    return held.getvalue()


def test_a_file_that_cannot_be_read_at_all_is_one_line(tmp_path: Path) -> None:
    one_line(read(tmp_path, b"\x00\x01" * 500), "no text")
    one_line(read(tmp_path, b"\x81\xff\xfe\x81" * 50), "GB18030")
    one_line(read(tmp_path, "天气,很好\n", "stations.csv"), "no header")
    one_line(read(tmp_path, csv(GOOD), "stations.doc"), ".yaml")
    one_line(read(tmp_path, csv("a1,甲", head="编号,名称")), "no column for 类型, 纬度, 经度")
    one_line(read(tmp_path, csv(GOOD, head=HEAD.replace("电话", "名称"))), "twice")
    one_line(read_stations(tmp_path / "nowhere.csv", TODAY), "cannot be read")
    one_line(read(tmp_path, "x" * 20_000_001), "20 MB")


def test_a_hostile_workbook_is_one_line(tmp_path: Path) -> None:
    one_line(read(tmp_path, b"PK\x03\x04 not really", "a.xlsx"), "no workbook")
    one_line(read(tmp_path, bomb(101_000_000), "b.xlsx"), "100 MB")
    one_line(read(tmp_path, bomb(10, b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "c.xlsx"), "entities")
    one_line(read(tmp_path, bomb(10), "d.xlsx"), "workbook")
    formula: list[object] = [*GOOD.split(",")]
    formula[1] = '=HYPERLINK("http://example.invalid")'
    one_line(read(tmp_path, workbook([[*HEAD.split(",")], formula]), "e.xlsx"), "formulas")


def test_hostile_yaml_is_one_line(tmp_path: Path) -> None:
    one_line(read(tmp_path, "stations: [", "a.yaml"), "no YAML")
    one_line(read(tmp_path, "stations: 7", "b.yaml"), "no list")
    one_line(read(tmp_path, "- !!python/object/apply:os.system ['true']", "c.yaml"), "no column")
    layers = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9 if n else ['x'])}]" for n in range(12))
    one_line(read(tmp_path, f"{layers}\nstations: *l11", "d.yaml"), "no column")


def test_too_many_rows_are_one_line(tmp_path: Path) -> None:
    one_line(read(tmp_path, csv(*(["a"] * 200_001))), "200000 rows")


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("a.csv", "a.yaml", "a.xlsx"):
        assert read(folder, data, name).stations == ()


@given(st.lists(st.lists(st.text(max_size=12), min_size=12, max_size=12), max_size=4))
def test_no_cells_whatever_break_the_reader(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    text = csv(*(",".join(f'"{cell}"'.replace('""', '"') if cell else "" for cell in row) for row in rows))
    read(tmp_path_factory.mktemp("cells"), text.encode("utf-8", "replace"))


def test_the_demonstration_is_fiction_and_says_so() -> None:
    reading = read_stations(SHIPPED, TODAY)
    assert reading.faults == reading.remarks == ()
    stations = reading.stations
    assert len(stations) >= 60
    assert len({one.area.split("/")[1] for one in stations}) == 3
    assert all(one.demo and re.fullmatch(r"演示驿站 \d\d", one.name) for one in stations)
    assert all(not (one.address or one.phone or one.names) for one in stations)
    assert {one.kind for one in stations} == set(KINDS)
    hours = {one.hours for one in stations}
    assert {"", "24/7", "22:00-06:00"} <= hours
    assert any("PH" in text for text in hours)

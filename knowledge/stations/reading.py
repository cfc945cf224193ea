"""A station file to stations: every bad row is reported with line, column, reason and value, and the rest is kept.

Nothing is invented: an empty cell stays empty, a missing datum is a fault, a service nobody knows is kept as it is written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from knowledge.errors import BadHours
from knowledge.model import Location
from knowledge.stations.datum import Datum, in_china, to_wgs84
from knowledge.stations.hours import in_osm, read_hours
from knowledge.stations.model import KINDS, Reading, RowFault, Station
from knowledge.stations.services import canonical, split_services
from knowledge.stations.sheets import BadSheet, Sheet, read_sheet

COLUMNS = {
    "id": "id 编号 站点编号 驿站编号 站点id",
    "name": "name 名称 站点名称 驿站名称 站名",
    "kind": "kind 类型 类别 站点类型 驿站类型",
    "datum": "datum 坐标系 坐标类型 坐标系统",
    "lat": "lat latitude 纬度",
    "lon": "lon lng longitude 经度",
    "address": "address 地址 详细地址",
    "area": "area 片区 区域 行政区 所属区域 所在区域 地区",
    "services": "services 服务 服务项目 服务内容 设施",
    "hours": "hours opening_hours 开放时间 营业时间 服务时间",
    "phone": "phone 电话 联系电话",
    "confirmed_at": "confirmed_at 确认日期 核实日期 更新日期",
    "also": "also names 别名 附近地标 地标 又名",
    "demo": "demo 演示",
}
HEADINGS = {word.lower(): name for name, words in COLUMNS.items() for word in words.split()}
REQUIRED = ("id", "name", "kind", "lat", "lon")
KIND_WORDS = {
    "党群服务中心": "党群中心 党群服务站 党群驿站", "司机之家": "卡车司机之家 货车司机之家", "小哥之家": "骑手之家 快递小哥之家",
    "工会驿站": "户外劳动者驿站 户外劳动者服务站点 爱心驿站 户外劳动者服务站", "红色驿站": "红驿站 暖新驿站 红色驿站点",
}  # fmt: skip
DATUMS = {
    "wgs84": Datum.WGS84, "gps": Datum.WGS84, "gcj02": Datum.GCJ02, "火星坐标": Datum.GCJ02, "高德": Datum.GCJ02,
    "腾讯": Datum.GCJ02, "bd09": Datum.BD09, "bd09ll": Datum.BD09, "百度": Datum.BD09,
}  # fmt: skip
LONGEST = {"id": 64, "name": 60, "address": 200, "area": 120, "phone": 40}
ID = re.compile(r"[^\s\x00-\x1f]+")
PHONE = re.compile(r"\+?[\d(（][\d\-()（） 转,、/]{2,}")
DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")
RUN_TOGETHER = re.compile(  # 安徽省合肥市蜀山区, as addresses are written
    r"(.{2,6}?(?:省|自治区))?(.{2,8}?(?:市|自治州|盟|地区))?(.{1,9}?(?:区|县|市|旗))?(.{1,12}?(?:街道|镇|乡|苏木))?(.{2,12}?社区)?"
)
YES = ("true", "yes", "1", "是")
SHOWN = 60  # characters of a value in a fault

Complain = Callable[[str, str], None]


def read_stations(path: Path, today: date) -> Reading:
    """The stations of a file, with what is wrong in it. A file that cannot be read at all is one fault on line 0."""
    try:
        sheet = read_sheet(path, frozenset(HEADINGS))
        return _Reader(path.name, sheet, today).read()
    except BadSheet as bad:
        return Reading((), (bad.fault,))


class _Reader:
    def __init__(self, file: str, sheet: Sheet, today: date) -> None:
        self._file, self._sheet, self._today = file, sheet, today
        self._faults: list[RowFault] = []
        self._remarks: list[RowFault] = []
        self._named = {HEADINGS[one.lower()]: one for one in sheet.headings if one.lower() in HEADINGS}
        self._datum = next((value for key, value in sheet.settings.items() if HEADINGS.get(key) == "datum"), "")

    def read(self) -> Reading:
        missing = [name for name in REQUIRED if name not in self._named]
        if missing:
            words = ", ".join(next(word for word in COLUMNS[name].split() if not word.isascii()) for name in missing)
            return Reading((), (RowFault(self._file, 0, "", f"has no column for {words}"),))
        unknown = [one for one in self._sheet.headings if one.lower() not in HEADINGS]
        self._remarks += [RowFault(self._file, 0, one, "a column that is not used") for one in unknown]
        stations: dict[str, Station] = {}
        lines: dict[str, int] = {}
        for line, cells in self._sheet.rows:
            station = self._station(line, cells)
            if station is not None and station.id in stations:
                self._fault(line, "id", f"the id stands in line {lines[station.id]} already", station.id)
            elif station is not None:
                stations[station.id], lines[station.id] = station, line
        return Reading(tuple(stations.values()), tuple(self._faults), tuple(self._remarks))

    def _fault(self, line: int, column: str, reason: str, value: str) -> None:
        self._faults.append(RowFault(self._file, line, self._named.get(column, column), reason, value[:SHOWN]))

    def _station(self, line: int, cells: dict[str, str]) -> Station | None:
        before = len(self._faults)
        row = {name: cells.get(heading, "") for name, heading in self._named.items()}

        def complain(column: str, reason: str) -> None:
            self._fault(line, column, reason, row.get(column, ""))

        self._check_texts(row, complain)
        kind = _kind(row["kind"], complain)
        location = self._location(row, complain)
        hours = _hours(row.get("hours", ""), complain)
        confirmed = self._date(row.get("confirmed_at", ""), complain)
        if len(self._faults) > before or location is None:
            return None
        texts = {name: row.get(name, "") for name in ("id", "name", "address", "phone")}
        return Station(
            **texts, kind=kind, location=location, area=_area(row.get("area", "")), hours=hours, confirmed_at=confirmed,
            services=self._services(line, row.get("services", "")), demo=row.get("demo", "").lower() in YES,
            names=tuple(split_services(row.get("also", ""))),
        )  # fmt: skip

    @staticmethod
    def _check_texts(row: dict[str, str], complain: Complain) -> None:
        for name in ("id", "name"):
            if not row[name]:
                complain(name, "is empty")
        for name, longest in LONGEST.items():
            text = row.get(name, "")
            if len(text) > longest:
                complain(name, f"longer than {longest} characters")
            elif text.startswith("="):
                complain(name, "begins like a formula")
            elif "\n" in text or "\t" in text:
                complain(name, "holds a line break")
        if row["id"] and not ID.fullmatch(row["id"]):
            complain("id", "holds spaces")
        if row.get("phone") and not PHONE.fullmatch(row["phone"]):
            complain("phone", "is no telephone number")

    def _location(self, row: dict[str, str], complain: Complain) -> Location | None:
        written = row.get("datum") or self._datum
        datum = DATUMS.get(re.sub(r"[-_ ]|坐标系?$|地图", "", written.lower()))
        if datum is None:
            complain("datum", "is none of WGS-84, GCJ-02, BD-09" if written else "is missing; it is never guessed")
        degrees: dict[str, float] = {}
        for name, most in (("lat", 90.0), ("lon", 180.0)):
            try:
                value = float(row[name])
            except ValueError:
                complain(name, "is no number of degrees" if row[name] else "is empty")
                continue
            if not math.isfinite(value) or abs(value) > most:
                complain(name, f"is beyond {most:g} degrees; are latitude and longitude in each other's column?")
            else:
                degrees[name] = value
        if len(degrees) < 2 or datum is None:
            return None
        place = to_wgs84(Location(degrees["lat"], degrees["lon"]), datum)
        if not in_china(place):
            complain("lon", f"is outside China together with latitude {degrees['lat']:g}")
            return None
        return Location(round(place.lat, 7), round(place.lon, 7))

    def _services(self, line: int, text: str) -> tuple[str, ...]:
        found: list[str] = []
        for written in split_services(text):
            name = canonical(written)
            if name is None:
                heading = self._named["services"]
                self._remarks.append(
                    RowFault(self._file, line, heading, "a service of no known name, kept as it is", written[:SHOWN])
                )
            found.append(name or written)
        return tuple(dict.fromkeys(found))

    def _date(self, text: str, complain: Complain) -> date | None:
        match = DATE.fullmatch(text)
        if not text:
            return None
        try:
            day = date(*(int(part) for part in match.groups())) if match else None
        except ValueError:
            day = None
        if day is None:
            complain("confirmed_at", "is no date; write it as 2026-11-21")
        elif day > self._today + timedelta(days=1):
            complain("confirmed_at", "is yet to come")
        return day


def _kind(text: str, complain: Complain) -> str:
    found = next((kind for kind in KINDS if text == kind or text in KIND_WORDS[kind].split()), "")
    if not found:
        complain("kind", f"is none of {'|'.join(KINDS)}" if text else "is empty")
    return found


def _hours(text: str, complain: Complain) -> str:
    if not text:
        return ""
    canonical_text, reason = _read_hours(text)
    if reason:
        complain("hours", reason)
    return canonical_text


@lru_cache(maxsize=10_000)
def _read_hours(text: str) -> tuple[str, str]:
    """The canonical text and "", or "" and what is wrong; a big file says the same thing thousands of times."""
    try:
        return read_hours(in_osm(text)).text, ""
    except BadHours as bad:
        return "", str(bad)


def _area(text: str) -> str:
    parts = [part for part in re.split(r"[/\\>、\s-]+", text) if part]
    if len(parts) == 1 and (match := RUN_TOGETHER.fullmatch(parts[0])):
        parts = [part for part in match.groups() if part]
    return "/".join(parts)

"""The names places of the directory go by: full forms, short ones, roads; and what in a name says nothing by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.stations.model import KINDS, Station
from knowledge.stations.reading import KIND_WORDS

AREA_ENDINGS = (
    "特别行政区 壮族自治区 回族自治区 维吾尔自治区 自治区 自治州 自治县 自治旗 高新区 开发区 新区 街道 地区 社区 苏木 省 市 区 "
    "县 旗 盟 州 镇 乡 村"
).split()
KIND_ENDINGS = sorted(
    {*KINDS, *(word for words in KIND_WORDS.values() for word in words.split()), "驿站", "服务站", "服务点"}, key=len
)[::-1]
GENERIC = sorted(
    (
        "购物广场 购物中心 商业广场 国际广场 广场 商场 商城 百货 大厦 写字楼 小区 花园 家园 公园 地铁站 火车站 高铁站 汽车站 "
        "客运站 公交站 医院 学校 大学 中学 小学 市场 菜市场 "
        "批发市场 路口 十字路口 服务区 物流园 产业园 工业园 科技园 加油站 收费站 大道 大街 路 街 巷 桥 立交桥 派出所 体育馆 "
        "体育场 超市 酒店 宾馆"
    ).split(),
    key=len,
)[::-1]
ROAD = re.compile(r"[\u3400-\u9fff]{1,5}?[\u3400-\u9fff](?:大道|大街|国道|路|街)|[GS]\d{1,4}")
EVERY_ENDING = (*KIND_ENDINGS, *GENERIC, *AREA_ENDINGS)
NOT_AREAS = frozenset(("市辖区", "县", "省直辖县级行政区划", "全市", "其他"))
SHORTEST = 2  # characters


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with a name: `key` is unique; `forms` are (text, bare), a bare one needing a sentence that shows a place is meant."""

    key: tuple[str, str, str]  # kind, name, where
    forms: tuple[tuple[str, bool], ...]


def names_of(station: Station) -> Iterator[Named]:
    """Everything a station makes known by name: its areas, itself, its landmarks, its road."""
    parts = [part for part in station.area.split("/") if part and part not in NOT_AREAS]
    for depth, part in enumerate(parts, 1):
        yield Named(("area", part, "/".join(parts[:depth])), area_forms(part))
    yield Named(("station", station.name, station.id), tuple(_station_forms(station.name, parts)))
    city = "/".join(parts[:2]) or f"{station.location.lat:.0f} {station.location.lon:.0f}"
    for landmark in station.names:
        areas = {short_area(part) for part in parts}
        yield Named(("landmark", landmark, city), tuple(form for form in _landmark_forms(landmark) if form[0] not in areas))
    for road in _roads(station.address, parts):
        yield Named(("road", road, city), ((road, False),))


@lru_cache(maxsize=10_000)
def area_forms(part: str) -> tuple[tuple[str, bool], ...]:
    """合肥市 as it is, and 合肥."""
    return tuple((form, len(form) <= SHORTEST) for form in dict.fromkeys((part, short_area(part))))


@lru_cache(maxsize=10_000)
def short_area(part: str) -> str:
    """An area's name without what it is; the name itself where too little would be left."""
    for ending in AREA_ENDINGS:
        if part.endswith(ending) and len(part) - len(ending) >= SHORTEST:
            return part[: -len(ending)]
    return part


def core_length(name: str) -> int:
    """Characters of a name that are its own, without generic endings."""
    return len(_without(name, EVERY_ENDING))


def _station_forms(name: str, parts: Sequence[str]) -> Iterator[tuple[str, bool]]:
    if name in KIND_ENDINGS:
        return
    yield name, False
    areas = {short_area(part) for part in parts}
    for own in (name, _without_areas(name, parts)):
        core = _without(own, KIND_ENDINGS)
        if own not in (name, *KIND_ENDINGS) and core not in GENERIC:
            yield own, False
        if core != own and len(core) >= SHORTEST and core not in {*areas, *parts, *GENERIC} and not re.search(r"\d", core):
            yield core, True


def _without_areas(name: str, parts: Sequence[str]) -> str:
    """蜀山区三里庵驿站 without 蜀山区; 合肥南站 stays, for 南站 could be anywhere, and so does 雨花亭 in 雨花区."""
    for part in parts:
        for prefix, left in ((part, SHORTEST), (short_area(part), SHORTEST + 1)):
            if name.startswith(prefix) and len(_without(name[len(prefix) :], KIND_ENDINGS)) >= left:
                name = name[len(prefix) :]
                break
    return name


def _landmark_forms(landmark: str) -> Iterator[tuple[str, bool]]:
    yield landmark, len(landmark) <= SHORTEST or landmark in GENERIC
    core = _without(landmark, GENERIC)
    if core != landmark and len(core) >= SHORTEST:
        yield core, True


def _roads(address: str, parts: Sequence[str]) -> list[str]:
    for part in parts:
        address = address.replace(part, " ")
    address = re.sub(r"[^ ]{0,6}(?:街道|社区|镇(?!路|街|大道))", " ", address)
    found = (re.sub(r"^(?:与|和|近|靠近|位于|在|沿)", "", road) for road in ROAD.findall(address))
    return [road for road in dict.fromkeys(found) if len(road) > SHORTEST]


def _without(name: str, endings: Iterable[str]) -> str:
    for ending in endings:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name

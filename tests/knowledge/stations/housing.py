"""Stations for tests: places that exist, doors that do not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from knowledge.model import Location
from knowledge.stations.hours import CHINA
from knowledge.stations.model import Station

SHIPPED = Path(__file__).parents[3] / "knowledge" / "library" / "stations.yaml"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)  # a Friday


def at(text: str) -> datetime:
    """A moment of Chinese local time."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def station(
    name: str,
    lat: float = 31.85,
    lon: float = 117.25,
    *,
    title: str = "",
    area: str = "安徽省/合肥市/蜀山区",
    kind: str = "红色驿站",
    services: tuple[str, ...] = ("饮水",),
    hours: str = "",
    also: tuple[str, ...] = (),
    address: str = "",
    demo: bool = False,
) -> Station:
    """A station with what a test needs to say about it."""
    return Station(
        name, title or f"样例{name}号驿站", kind, Location(lat, lon), address, area, services, hours, demo=demo, names=also
    )


NORTH = "宁夏回族自治区/银川市"
SOUTH = "湖南省/长沙市"
STEPPE = "内蒙古自治区/阿拉善盟/阿拉善左旗"
TOWN = (
    station("a1", 31.850, 117.250, title="三里庵红色驿站", also=("三里庵地铁站",), address="安徽省合肥市蜀山区长江西路88号"),
    station("a2", 31.800, 117.290, title="合肥南站司机之家", area="安徽省/合肥市/包河区", kind="司机之家", also=("合肥南站",)),
    station(
        "a3", 31.870, 117.290, title="逍遥津工会驿站", area="安徽省/合肥市/庐阳区", kind="工会驿站", also=("逍遥津公园", "万达广场")
    ),
    station(
        "b1", 38.490, 106.200, title="览山公园小哥之家", area=f"{NORTH}/金凤区", kind="小哥之家", also=("览山公园", "万达广场")
    ),
    station("b2", 38.470, 106.280, title="怀远夜市红色驿站", area=f"{NORTH}/兴庆区", also=("怀远夜市",)),
    station(
        "c1", 38.850, 105.670, title="巴彦浩特镇司机之家", area=f"{STEPPE}/巴彦浩特镇", kind="司机之家", also=("额鲁特西路口",)
    ),
    station("d1", 28.190, 112.970, title="五一广场红色驿站", area=f"{SOUTH}/芙蓉区", also=("五一广场",)),
    station(
        "d2", 28.190, 112.890, title="梅溪湖国际新城小哥之家", area=f"{SOUTH}/岳麓区", kind="小哥之家", also=("梅溪湖国际新城",)
    ),
    station("d3", 28.210, 112.980, title="开福寺工会驿站", area=f"{SOUTH}/开福区", kind="工会驿站"),
    station("d4", 28.160, 112.990, title="雨花亭党群服务中心", area=f"{SOUTH}/雨花区", kind="党群服务中心"),
    station("d5", 28.110, 113.010, title="省府新天地商圈红色驿站", area=f"{SOUTH}/天心区", also=("省府新天地商圈",)),
)

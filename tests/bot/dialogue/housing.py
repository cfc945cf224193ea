"""A town for dialogues: real stations (in the tests' world), a data folder on the shipped release, and riders who speak."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.app import Application, application
from bot.dialogue.message import Message
from bot.settings import load_settings
from knowledge.model import Location
from knowledge.stations.hours import CHINA
from knowledge.stations.model import Station
from knowledge.stations.planning import plan_import
from knowledge.store import StationTables

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)  # a Friday
NEAR_ALPHA = (31.8512, 117.2512)  # 180 m from hf-01
FAR_AWAY = (39.9, 116.4)
HEFEI, YINCHUAN = "安徽省/合肥市", "宁夏回族自治区/银川市"
PHONE = "0551-0000001"
TOWN = (
    Station(
        "hf-01", "三里庵红色驿站", "红色驿站", Location(31.850, 117.250), "样例路1号", f"{HEFEI}/蜀山区",
        ("饮水", "休息", "热饭", "应急药品"), "Mo-Fr 08:00-22:00; Sa,Su,PH 09:00-18:00", PHONE, date(2026, 10, 1),
        names=("三里庵地铁站",),
    ),
    Station(
        "hf-02", "合肥南站司机之家", "司机之家", Location(31.800, 117.290), "", f"{HEFEI}/包河区",
        ("货车停车", "洗澡", "热饭", "如厕", "AED"), "00:00-24:00", "", date(2026, 9, 1), names=("合肥南站",),
    ),
    Station(
        "hf-03", "逍遥津工会驿站", "工会驿站", Location(31.870, 117.290), "", f"{HEFEI}/庐阳区", ("饮水", "手机充电", "如厕"),
        names=("逍遥津公园", "万达广场"),
    ),
    Station(
        "hf-04", "淮河路小哥之家", "小哥之家", Location(31.866, 117.285), "", f"{HEFEI}/庐阳区", ("饮水", "电动车充电", "换电"),
        "22:00-06:00",
    ),
    Station(
        "yc-01", "览山公园小哥之家", "小哥之家", Location(38.490, 106.200), "", f"{YINCHUAN}/金凤区", ("饮水", "取暖"),
        "Mo-Su 08:00-20:00", names=("览山公园", "万达广场"),
    ),
)  # fmt: skip


class ManualClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def data_folder(shipped: Path, target: Path) -> Path:
    """A data folder of one's own on a shipped release, which stays where it is."""
    target.mkdir(parents=True)
    (target / "releases").symlink_to(shipped / "releases", target_is_directory=True)
    for part in shipped.glob("redstation.db*"):
        shutil.copy(part, target / part.name)
    return target


def spoil(data: Path) -> None:
    """Put rubbish in the place of a database."""
    for path in data.glob("redstation.db*"):
        path.unlink()
    (data / "redstation.db").write_bytes(b"no database any more" * 500)


@contextmanager
def opened(data: Path, clock: ManualClock, town: tuple[Station, ...] = TOWN) -> Iterator[Application]:
    """The application on a data folder; `town` takes the place of the demonstration, an empty one leaves it."""
    with application(load_settings(data=data), clock) as app:
        if town:
            StationTables(app.engine).apply("the town", clock.now, lambda present: plan_import(present, town, False), True)
        app.stations.open()
        app.assistant.open()
        yield app


@dataclass
class Rider:
    """Somebody in one chat."""

    app: Application
    conversation: str
    language: str = "zh"
    requests: Iterator[int] = field(default_factory=itertools.count)

    async def says(self, text: str, request: str = "", at: tuple[float, float] | None = None) -> Message:
        return await self.app.talk.reply(self.conversation, text, request or self.request(), at, self.language)

    async def sends(self, at: tuple[float, float]) -> Message:
        return await self.says("我的位置", at=at)

    async def taps(self, action: str, request: str = "") -> Message:
        return await self.app.talk.act(self.conversation, action, request or self.request(), self.language)

    def request(self) -> str:
        return f"{self.conversation}-{next(self.requests)}"


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


def actions(message: Message) -> list[str]:
    return [button.value for button in message.buttons if button.kind == "act"]

"""How long a search takes among 100,000 stations: `python -m tests.evaluation.stations_scale [COUNT]`."""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime

from knowledge.model import Location
from knowledge.stations.directory import Directory
from knowledge.stations.gazetteer import Gazetteer
from knowledge.stations.hours import CHINA, HoursBook
from knowledge.stations.model import KINDS, Station
from knowledge.stations.wish import parse

ROUNDS = 2000
SERVICES = ("饮水", "如厕", "热饭", "洗澡", "货车停车", "手机充电", "应急药品")
FIRST, SECOND = "东西南北金银青白兴安永庆和平新城河湖山水", "阳陵川江台门亭桥口坡塘湾岭洲源泉原关庄屯"


def hours_texts() -> list[str]:
    """Some five hundred different texts, most of them shut at night."""
    plain = [
        f"{opens:02}:{minute:02}-{shuts:02}:00" for opens in range(6, 11) for minute in range(0, 60, 5) for shuts in range(16, 23)
    ]
    return [*plain, "", "24/7", "Mo-Fr 08:00-18:00; PH off", "22:00-06:00", "Mo-Sa 09:00-20:00; Su,PH 10:00-17:00"]


def made_up(count: int, drawn: random.Random) -> list[Station]:
    """Stations in 300 towns of four districts each."""
    towns = [
        (f"{drawn.choice(FIRST)}{drawn.choice(SECOND)}{drawn.choice(FIRST)}", drawn.uniform(20, 45), drawn.uniform(80, 125))
        for _ in range(300)
    ]
    texts = hours_texts()
    found = []
    for number in range(count):
        name, lat, lon = drawn.choice(towns)
        own = "".join(drawn.choice(FIRST + SECOND) for _ in range(drawn.randint(2, 5)))
        found.append(
            Station(
                f"s{number:06}", f"{own}{drawn.choice(('红色驿站', '工会驿站', '司机之家'))}", drawn.choice(KINDS),
                Location(lat + drawn.gauss(0, 0.1), lon + drawn.gauss(0, 0.1)), "", f"某省/{name}市/{own[0]}{name[1]}区",
                tuple(drawn.sample(SERVICES, 3)), drawn.choice(texts), names=(f"{own}广场",) if number % 3 else (),
            )
        )  # fmt: skip
    return found


def timed(label: str, once: Callable[[], object]) -> None:
    """Print p50, p99 and the longest of many calls, in milliseconds of this thread: other programs do not count."""
    taken = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        once()
        taken.append((time.thread_time() - began) * 1000)
    taken.sort()
    print(f"{label:28} p50 {taken[ROUNDS // 2]:6.2f}  p99 {taken[ROUNDS * 99 // 100]:6.2f}  max {taken[-1]:6.2f} ms")


def main(count: int) -> None:
    """Build, measure, print."""
    drawn = random.Random(20261121)
    stations = made_up(count, drawn)
    began = time.perf_counter()
    directory = Directory(stations, HoursBook())
    print(f"directory of {count} built in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    gazetteer = Gazetteer(stations)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"gazetteer built in {time.perf_counter() - began:.1f} s, {peak} MB at most")
    noon, night = datetime(2026, 11, 20, 12, tzinfo=CHINA), datetime(2026, 11, 21, 3, tzinfo=CHINA)

    def here() -> Location:
        place = drawn.choice(stations).location
        return Location(place.lat + drawn.gauss(0, 0.1), place.lon + drawn.gauss(0, 0.1))

    timed("nearest", lambda: directory.nearest(here(), noon))
    timed("nearest with two services", lambda: directory.nearest(here(), noon, services=("热饭", "洗澡")))
    timed("nearest open at noon", lambda: directory.nearest(here(), noon, open_only=True))
    timed("nearest open at three", lambda: directory.nearest(here(), night, open_only=True))
    frames = ("我在{}附近哪里能热饭", "{}有驿站吗", "离{}最近的厕所")
    timed("locate a station", lambda: gazetteer.locate(drawn.choice(frames).format(drawn.choice(stations).name)))
    timed("locate with a typo", lambda: gazetteer.locate(drawn.choice(frames).format(drawn.choice(stations).name[1:])))
    timed("locate nothing", lambda: gazetteer.locate("请问一下今天这么热我跑了一上午了手机也快没电了有没有什么地方可以歇一歇"))
    timed("wish", lambda: parse("半夜两点还开门能热饭的地方", noon))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

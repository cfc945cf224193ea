"""What a rider wants of a station, read from their own words: services, kinds, and when it has to be open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from knowledge.folding import fold
from knowledge.stations.hours import CHINA
from knowledge.stations.model import Wish
from knowledge.stations.reading import KIND_WORDS
from knowledge.stations.services import BARE_CHARGING, CANONICAL, CHARGING, VARIANTS

# Signs that no list of words holds: what hurts a rider is said before what would help.
SIGNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), service)
    for pattern, service in (
        (r"尿(?!素|酸|检)|(?:上|拉|找个|去).{0,2}(?:厕|大号|小号)|憋(?:得|不|死|坏)", "如厕"),
        (r"渴(?!望|求)|(?:喝|接|打|灌|倒).{0,3}水|有水(?:没|吗|不|喝)|水杯", "饮水"),
        (r"热.{0,3}(?:饭|菜|盒饭|午饭|晚饭)|饭.{0,3}(?:凉|冷|热)", "热饭"),
        (r"手机.{0,6}(?:没电|充|电量|\d+%|关机|快没)|(?:没电|充电).{0,3}手机|充电宝|充电线", "手机充电"),
        (r"(?:车|电瓶|电驴|电动|小电).{0,4}(?:没电|充电|充一?下|充会|充个)|(?:给|把)车充", "电动车充电"),
        (r"(?:热|晒)(?:死|坏|得|晕|化|疯|不行)|凉快|空调|躲.{0,2}(?:太阳|热|日头)|太热|中暑.{0,4}(?:歇|躲|地方)", "避暑"),
        (r"冻(?:死|坏|得|僵|手|透)|冷(?:死|得|坏)|暖(?:和|手|气|一?暖)|太冷|烤火", "取暖"),
        (r"(?:躲|避).{0,2}雨|下(?:大|暴)?雨.{0,6}(?:躲|避|歇|哪)|淋(?:湿|透|成)", "避雨"),
        (r"歇|眯|打盹|休息|坐(?:会|一会|坐|着)|躺(?:会|一会|着|一?下)|睡(?:会|一会|个?午觉)|落脚|缓(?:缓|一缓|会)", "休息"),
        (r"洗.{0,3}澡|冲.{0,2}(?:澡|凉)|淋浴", "洗澡"),
        (r"洗.{0,3}衣|烘干", "洗衣"),
        (r"(?:大车|货车|卡车|挂车|半挂|车).{0,3}(?:停(?!工|电|运|单)|停车)|停.{0,2}(?:大车|货车|卡车|挂车|半挂)", "货车停车"),
        (r"创可贴|碘[伏酒]|纱布|藿香|清凉油|风油精|药箱|急救[箱包]|(?:有|找|要|拿).{0,2}药|包扎", "应急药品"),
        (r"除颤|aed", "AED"),
        (r"(?:打|充).{0,2}气(?!球|费)|补胎|修.{0,2}车|工具", "维修工具"),
        (r"换.{0,2}(?:电池|电瓶)|换电", "换电"),
        (r"(?:借|有|买).{0,2}(?:伞|雨衣|雨披)", "雨具"),
    )
)  # fmt: skip
DENIED = re.compile(r"(?:不用|不要|不需要|不想|别)(?:再)?[^,，。!?\s]{0,2}$")
OPEN = re.compile(r"开着|开门|还开|没关|没?关门|营业|开放|开不开|开没开|能进|进得去|有人没|还在不在")
ALWAYS = re.compile(r"24\s*(?:个)?小时|24h|全天|通宵|昼夜|不关门|一直开")
NOW = re.compile(r"现在|这会|这个点|此刻|眼下|当前|目前|马上|立刻|这阵|还开着")
CLOCK = re.compile(r"(?<![\d.])(\d{1,2})(?:点(?:钟)?(半|[1一]刻|[3三]刻|(\d{1,2})分?)?|[:：](\d{2}))")
PARTS: tuple[tuple[str, int, int, int], ...] = (  # words, the hour meant where none is said, the hours it spans
    ("凌晨 后半夜 下半夜", 3, 0, 6), ("半夜 深夜 三更半夜 大半夜 大晚上 夜里 夜间 夜晚", 1, 22, 29),
    ("清早 清晨 大清早 早上 早晨 明早 今早 一早 早起 早班", 7, 5, 10),
    ("上午", 10, 8, 12), ("中午 晌午 午间", 12, 11, 14), ("下午", 15, 12, 18), ("傍晚 天黑", 18, 17, 20),
    ("今晚 明晚 晚上 晚间 晚班", 20, 18, 24),
)  # fmt: skip
DAYS = {"大后天": 3, "后天": 2, "明天": 1, "明儿": 1, "明日": 1, "明早": 1, "明晚": 1, "今天": 0, "今晚": 0, "今早": 0, "今儿": 0}
WEEKDAY = re.compile(r"(下)?(?:周|星期|礼拜)([一二三四五六日1-6天])")
WEEK = "一二三四五六日123456天"  # the place modulo 7 is the day of the week
NOON, EVENING, SMALL_HOURS = 11, 17, 5


class Part(NamedTuple):
    """A part of the day: the hour meant where none is said, and the hours it spans (past 24: into the next day)."""

    hour: int
    first: int
    last: int


def parse(text: str, now: datetime, concepts: Mapping[str, str] | None = None) -> Wish:
    """The wish in a text; `concepts` are further folded words of a glossary with their canonical terms. `now` is aware."""
    folded = fold(text)
    services = _services(folded, concepts or {})
    kinds = tuple(kind for kind, words in KIND_WORDS.items() if any(word in folded for word in (kind, *words.split())))
    always = bool(ALWAYS.search(folded))
    at = _moment(folded, now.astimezone(CHINA))
    open_only = always or at is not None or bool(OPEN.search(folded)) or bool(NOW.search(folded))
    bare = BARE_CHARGING.search(folded)
    unclear = CHARGING if bare and not DENIED.search(folded[: bare.start()]) and not set(services) & {*CHARGING, "换电"} else ()
    return Wish(services, kinds, at, open_only, always, unclear)


def _services(folded: str, concepts: Mapping[str, str]) -> tuple[str, ...]:
    found: dict[str, int] = {}
    left = folded
    words = {**{word: name for word, name in concepts.items() if name in CANONICAL and len(word) > 1}, **VARIANTS}
    for word in sorted((word for word in words if word in folded), key=len, reverse=True):
        place = left.find(word)
        if place >= 0:
            left = left.replace(word, "\0" * len(word))  # 热水澡 holds no 热水 for the thirsty
            if not DENIED.search(folded[:place]):
                found[words[word]] = min(place, found.get(words[word], place))
    for pattern, service in SIGNS:
        match = pattern.search(left)
        if match and not DENIED.search(folded[: match.start()]):
            found.setdefault(service, match.start())
    if "电动车充电" in found and "手机" in folded and not re.search(r"车|电瓶|电驴", folded):
        found.pop("电动车充电")
    return tuple(sorted(found, key=lambda service: (found[service], service)))


def _moment(folded: str, now: datetime) -> datetime | None:
    """When it has to be open, None where no other time than now is named."""
    part = next((Part(*spans) for words, *spans in PARTS if any(one in folded for one in words.split())), None)
    weekday = WEEKDAY.search(folded)
    ahead = next((days for word, days in DAYS.items() if word in folded), None)
    if ahead is None and weekday:
        ahead = WEEK.index(weekday[2]) % 7 - now.weekday()
        ahead = ahead + 7 if weekday[1] else ahead % 7
    clock = CLOCK.search(folded)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if clock and int(clock[1]) <= 24:
        moment = midnight + timedelta(days=ahead or 0) + _clock_time(clock, part, ahead is not None)
        if ahead is None and part is None and int(clock[1]) <= 12 and moment <= now < moment + timedelta(hours=12):
            moment += timedelta(hours=12)  # a plain 6点 is the next six o'clock
        if ahead == 0 and now.hour < SMALL_HOURS and moment - timedelta(days=1) > now:
            moment -= timedelta(days=1)  # 今晚2点 said at one in the morning
    elif part is None:
        return midnight + timedelta(days=ahead, hours=12) if ahead else None
    elif not ahead and any(part.first <= hours < part.last for hours in (now.hour, now.hour + 24)):
        return None  # it is that part of the day already
    else:
        moment = midnight + timedelta(days=ahead or 0, hours=part.hour)
        if part.hour < part.first and ahead is not None:
            moment += timedelta(days=1)  # 明天夜里 begins on that day and is over on the next
    if moment <= now:
        moment += timedelta(days=7 if weekday and ahead == 0 else 1)
    return moment


def _clock_time(clock: re.Match[str], part: Part | None, dated: bool) -> timedelta:
    """The time since midnight that a clock time means, by the part of the day it is said to be in."""
    hour = int(clock[1])
    minute = {"半": 30, "1刻": 15, "一刻": 15, "3刻": 45, "三刻": 45}.get(clock[2] or "", int(clock[3] or clock[4] or 0))
    if part is not None and part.first >= EVENING:
        if SMALL_HOURS <= hour < 12:
            hour += 12
        elif hour == 12:
            hour = 24
        elif hour < SMALL_HOURS and dated:
            hour += 24  # 今晚2点 is after midnight
    elif part is not None and part.first >= NOON and hour < (12 if part.first > NOON else 3):
        hour += 12
    return timedelta(hours=hour, minutes=min(minute, 59))

"""Telegram's limits on sending, as sliding windows, and the bans that a 429 announces.

The published figures: about 30 messages a second in all, one a second to one chat, 20 a minute to one group
(https://core.telegram.org/bots/faq, "My bot is hitting limits"). Times are seconds of a monotonic clock.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

_LEAST = 1e-9  # seconds; a full window whose wait rounds to nothing is still full


@dataclass(frozen=True, slots=True)
class Limits:
    """At most `overall` sends in any second, `burst` in any `burst` seconds to one person, `per_group` in any minute to one group.

    `ban` is the shortest retry_after announced, seconds.
    """

    overall: int = 30
    burst: int = 3
    per_group: int = 20
    ban: int = 1


@dataclass(frozen=True, slots=True)
class Ban:
    """Nothing of this `method` ("send" for everything that sends) to `chat` (None: to anybody) until `until`."""

    method: str
    chat: int | None
    since: float
    until: float

    def left(self, now: float) -> int:
        """Seconds to wait, rounded up as Telegram announces them."""
        return max(math.ceil(self.until - now), 1)


@dataclass(frozen=True, slots=True)
class Early:
    """A request that came inside an announced ban, `after` seconds after the announcement with `left` seconds to go."""

    method: str
    chat: int | None
    after: float
    left: float


class Bans:
    """The bans in force, and who disregarded them."""

    def __init__(self) -> None:
        self._bans: list[Ban] = []
        self.early: list[Early] = []

    def announce(self, method: str, chat: int | None, seconds: float, now: float) -> Ban:
        """Begin a ban."""
        ban = Ban(lane(method), chat, now, now + seconds)
        self._bans.append(ban)
        return ban

    def hit(self, method: str, chat: int | None, now: float) -> Ban | None:
        """The ban that a request runs into, if any; it is written down in `early`."""
        self._bans = [ban for ban in self._bans if ban.until > now]
        met = [ban for ban in self._bans if ban.method == lane(method) and ban.chat in {None, chat}]
        if not met:
            return None
        ban = max(met, key=lambda one: one.until)
        self.early.append(Early(method, chat, now - ban.since, ban.until - now))
        return ban


def lane(method: str) -> str:
    """Everything that puts or changes a message counts together, the rest by itself."""
    sends = method.startswith(("send", "copy", "forward", "edit")) and method != "sendChatAction"
    return "send" if sends else method


class Window:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more fits, 0 when it fits now. Does not take the place."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return 0.0 if len(self._times) < self._most else max(self._times[0] + self._seconds - now, _LEAST)

    def take(self, now: float) -> None:
        """Count one."""
        self._times.append(now)


class Pace:
    """The windows of one bot."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = Window(limits.overall, 1.0)
        self._chats: defaultdict[int, Window] = defaultdict(lambda: Window(limits.burst, float(limits.burst)))
        self._groups: defaultdict[int, Window] = defaultdict(lambda: Window(limits.per_group, 60.0))

    def exceeded(self, chat: int, now: float) -> tuple[int | None, int] | None:
        """Counts one send at `now`. Beyond a limit: whom the ban is about (None: everybody) and its seconds."""
        own = self._groups[chat] if chat < 0 else self._chats[chat]
        for window, about in ((self._overall, None), (own, chat)):
            if wait := window.wait(now):
                return about, max(math.ceil(wait), self._limits.ban)
        self._overall.take(now)
        own.take(now)
        return None

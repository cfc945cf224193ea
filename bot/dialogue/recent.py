"""What was said in the last minutes, in memory only: enough to join a split message, to see what follows a card, and to count."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

KEPT = timedelta(minutes=10)
TURNS = 3
CONVERSATIONS = 20_000
A_MINUTE = timedelta(minutes=1)
MESSAGES_A_MINUTE = 20


class RecentTurns:
    """The last turns of each conversation, forgotten after ten minutes. Not for several threads: the event loop's."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, deque[tuple[datetime, str, str]]] = OrderedDict()

    def of(self, conversation: str, now: datetime, but: str = "") -> tuple[str, ...]:
        """Turns of the last minutes, oldest first, without the request `but` (a message is not its own past)."""
        return tuple(text for at, request, text in self._turns.get(conversation, ()) if now - at < KEPT and request != but)

    def add(self, conversation: str, request: str, text: str, now: datetime) -> None:
        """Remember a turn, once per request."""
        turns = self._turns.setdefault(conversation, deque(maxlen=TURNS))
        self._turns.move_to_end(conversation)
        if all(known != request for _, known, _ in turns):
            turns.append((now, request, text))
        while len(self._turns) > CONVERSATIONS:
            self._turns.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Forget a conversation."""
        self._turns.pop(conversation, None)


class Allowance:
    """Twenty messages a minute and conversation; emergencies are never counted."""

    def __init__(self, most: int = MESSAGES_A_MINUTE) -> None:
        self._most = most
        self._taken: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, conversation: str, now: datetime) -> bool:
        """Whether one more is allowed; it counts if it is."""
        taken = self._taken.setdefault(conversation, deque(maxlen=self._most))
        self._taken.move_to_end(conversation)
        while len(self._taken) > CONVERSATIONS:
            self._taken.popitem(last=False)
        if len(taken) == self._most and now - taken[0] < A_MINUTE:
            return False
        taken.append(now)
        return True

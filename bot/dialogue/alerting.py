"""What is said to somebody who did not ask: to managers, that riders found their door shut."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from bot.dialogue.message import Message
from bot.dialogue.ports import Alerts
from bot.errors import BotError
from bot.people import People
from bot.people.model import Person

log = logging.getLogger(__name__)


class Alerting:
    """Tells people over every channel that joined. Where none did, nobody is told and nothing fails."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._channels: dict[str, Alerts] = {}

    def join(self, channel: str, alerts: Alerts) -> None:
        """From now on people with an address in `channel` are told there."""
        self._channels[channel] = alerts

    def tell(self, persons: Sequence[Person], words: Callable[[str], Message], request: str) -> None:
        """Tell each person in their language what `words` makes of it, once for one `request`. Never raises: who caused it has a
        reply to get.
        """
        for person in persons:
            try:
                for reach in self._people.accounts.reaches(person):
                    if reach.blocked_at is None and reach.channel in self._channels:
                        language = person.language or "zh"
                        self._channels[reach.channel].tell(reach.address, words(language), f"{request} {person.id}", language)
            except BotError as cause:
                log.warning("somebody could not be told: %s", cause)

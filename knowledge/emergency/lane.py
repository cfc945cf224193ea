"""The lane an emergency takes: message to card, with nothing in its way but memory and a processor.

No database, no release, no index is asked; a message split in two counts as one, and what follows a card belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.emergency.cards import GENERAL, Cards, shipped_cards
from knowledge.emergency.evidence import gather
from knowledge.emergency.placing import place_in
from knowledge.emergency.recognising import Alarm, Recogniser
from knowledge.folding import clean, fold, words
from knowledge.model import EmergencyCard

MOST_REPEATED = 3  # characters; one that is typed more often, and nothing else, says nothing
PLAIN = 0.6  # a danger less likely than this may be what follows a card
TURNS = 3  # earlier messages that still matter
LONGEST = 400  # characters read of a message
MOST_TYPED = 4 * LONGEST  # characters looked at before invisible ones are dropped
LONGEST_FOLLOW_UP = 24  # characters; what is longer speaks for itself
HINT = 0.03  # a part of a split message that is less likely than this is about something else
COMMAND = "/"
ALL_CLEAR = 8  # characters and numbers; no room to say more than that help has come
HELP_CAME = re.compile(r"(?:救护车|120|119|110|122|消防\w?|警察|医生|大夫|急救)[^没不未]{0,3}(?:来了|到了|来啦|到啦|接走|拉走)")
MOVES_ON = ("knowledge", "claims", "resolved", "wish", "news", "lesson", "hypothetical", "thanks")


class EmergencyLane:
    """Chooses the card for a message, or none."""

    def __init__(self, recogniser: Recogniser, cards: Cards | None = None) -> None:
        self.recogniser = recogniser
        self._cards: Mapping[str, EmergencyCard] = shipped_cards() | dict(cards or {})

    def with_cards(self, cards: Cards) -> EmergencyLane:
        """The same lane with a release's cards over the shipped ones."""
        return EmergencyLane(self.recogniser, cards)

    @property
    def cards(self) -> Mapping[str, EmergencyCard]:
        """Every card by id."""
        return self._cards

    def card_for(self, text: str, recent: Sequence[str] = ()) -> EmergencyCard | None:
        """The card for a message; `recent` are the same person's messages of the last minutes, oldest first."""
        text = _read(text)
        said = words(fold(text))
        if not said or (len(said) > MOST_REPEATED and len(set(said)) == 1):
            return None
        alarm = self.recogniser.recognise(text)
        earlier = [_read(turn) for turn in recent[-TURNS:] if turn.strip()]
        if earlier and len(said) <= ALL_CLEAR and HELP_CAME.search(fold(text)):
            return None
        plain = alarm.danger and alarm.probability >= PLAIN and not place_in(text)
        if not earlier or plain:
            return self._card(alarm) if alarm.danger else None
        following = None if text.startswith(COMMAND) else self._following(text, earlier)
        if following is not None or alarm.danger:
            return following or self._card(alarm)
        return self._split(text, alarm, earlier[-1])

    def _following(self, text: str, earlier: Sequence[str]) -> EmergencyCard | None:
        """What is said right after a card: where it is, how the person is. A question of its own, or all-clear, is not that."""
        place = place_in(text)
        if not place and _speaks_for_itself(text):
            return None
        told: list[str] = [] if place else [text]
        began = False
        for turn in reversed(earlier):
            where = place_in(turn)
            if where:
                place = place or where
            elif self.recogniser.recognise(turn).danger:
                began = True
                told.insert(0, turn)
            elif _speaks_for_itself(turn):
                break
        if not began:
            return None
        return replace(self._card(self.recogniser.recognise(" ".join(told))), follows=True, place=place)

    def _split(self, text: str, alarm: Alarm, last: str) -> EmergencyCard | None:
        """One emergency typed as two messages, each of them too little."""
        if alarm.probability < HINT:
            return None
        before = self.recogniser.recognise(last)
        if before.danger or before.probability < HINT:
            return None
        joined = self.recogniser.recognise(f"{last} {text}")
        return self._card(joined) if joined.danger else None

    def _card(self, alarm: Alarm) -> EmergencyCard:
        """The card of the likeliest type, with the numbers of those nearly as likely."""
        known = [self._cards[kind] for kind in alarm.types if kind in self._cards] or [self._cards[GENERAL]]
        numbers = dict.fromkeys(number for card in known for number in card.numbers)
        return replace(known[0], numbers=tuple(numbers))


def _read(text: str) -> str:
    """As much of a message as is read, cleaned."""
    return clean(text[:MOST_TYPED])[:LONGEST].strip()


def _speaks_for_itself(text: str) -> bool:
    """Whether a message after a card is about something else: long, a question, a claim, or the word that all is well."""
    folded = fold(text)
    if len(words(folded)) > LONGEST_FOLLOW_UP or HELP_CAME.search(folded):
        return True
    around = gather(text).around
    return any(group in around for group in MOVES_ON)

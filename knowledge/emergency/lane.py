"""The lane an emergency takes: message to card, with nothing in its way but memory and a processor.

No database, no release, no index is asked; a message split in two counts as one, and what follows a card belongs to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.emergency.cards import GENERAL, Cards, shipped_cards
from knowledge.emergency.evidence import gather
from knowledge.emergency.recognising import Alarm, Recogniser
from knowledge.folding import clean, fold, words
from knowledge.model import EmergencyCard

TURNS = 3  # earlier messages that still matter
LONGEST = 600  # characters read of a message
LONGEST_FOLLOW_UP = 24  # characters; what is longer speaks for itself
HINT = 0.03  # a part of a split message that is less likely than this is about something else
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
        text = clean(text)[:LONGEST].strip()
        if not words(fold(text)):
            return None
        alarm = self.recogniser.recognise(text)
        if alarm.danger:
            return self._card(alarm)
        earlier = [clean(turn)[:LONGEST].strip() for turn in recent[-TURNS:] if turn.strip()]
        if not earlier:
            return None
        return self._following(text, earlier) or self._split(text, alarm, earlier[-1])

    def _following(self, text: str, earlier: Sequence[str]) -> EmergencyCard | None:
        """What is said right after a card: where it is, how the person is. A question of its own, or all-clear, is not that."""
        for turn in reversed(earlier):
            before = self.recogniser.recognise(turn)
            if before.danger:
                if _speaks_for_itself(text):
                    return None
                return replace(self._card(before), follows=True, place=text)
            if _speaks_for_itself(turn):
                return None
        return None

    def _split(self, text: str, alarm: Alarm, last: str) -> EmergencyCard | None:
        """One emergency typed as two messages, each of them too little."""
        if min(alarm.probability, self.recogniser.recognise(last).probability) < HINT:
            return None
        joined = self.recogniser.recognise(f"{last} {text}")
        return self._card(joined) if joined.danger else None

    def _card(self, alarm: Alarm) -> EmergencyCard:
        """The card of the likeliest type, with the numbers of those nearly as likely."""
        known = [self._cards[kind] for kind in alarm.types if kind in self._cards] or [self._cards[GENERAL]]
        numbers = dict.fromkeys(number for card in known for number in card.numbers)
        return replace(known[0], numbers=tuple(numbers))


def _speaks_for_itself(text: str) -> bool:
    """Whether a message after a card is about something else: long, a question, a claim, or the word that all is well."""
    if len(words(fold(text))) > LONGEST_FOLLOW_UP:
        return True
    around = gather(text).around
    return any(group in around for group in MOVES_ON)

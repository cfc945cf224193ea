"""The values of the room: what a policy is, what is asked, and what may come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Confidence(StrEnum):
    """How well a policy is founded; decides whether it may be an answer at all."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    CONFLICTING = "conflicting"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a policy comes from. `name` is what a rider reads; the rest is for who wants to look it up."""

    name: str
    issuer: str = ""
    number: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One thing a rider asks about, as one file of the library says it.

    `paragraphs` hold the answer, the first of them standing on its own; `correction` is the line
    "不是……,而是……" for a question that rests on a wrong premise ("" where there is none).
    """

    id: str
    title: str
    topic: str
    source: Source
    confidence: Confidence
    paragraphs: tuple[str, ...]
    correction: str = ""
    audience: tuple[str, ...] = ("all",)
    facts: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    superseded_by: str = ""
    reviewed: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the policy holds on `day`; both ends belong to the period."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a policy small enough to be shown whole. `id` is `<policy>#<ordinal>`, ordinals from 1."""

    id: str
    policy: str
    text: str


@dataclass(frozen=True, slots=True)
class Location:
    """A point in WGS-84 degrees, as phones report it."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Question:
    """What a rider wrote, with their own earlier turns (oldest first) and the moment it is asked (aware)."""

    text: str
    asked_at: datetime
    history: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """The ground of a statement: a passage of a policy, with its source and its date in words that need no lookup."""

    policy: str
    title: str
    source: str
    passage: str
    text: str
    confidence: Confidence
    valid_from: date | None = None
    reviewed: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One need of the question, answered: `correction` first where the question rested on a wrong premise."""

    title: str
    paragraphs: tuple[str, ...]
    confidence: Confidence
    correction: str = ""
    corrects_first: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Parts in the order of the question's needs, every sentence of them standing in a cited passage."""

    parts: tuple[AnswerPart, ...]
    citations: tuple[Citation, ...]
    safety: tuple[str, ...] = ()  # numbers to dial first if what is asked about is happening now


class RefusalReason(StrEnum):
    """Why there is no answer; the words for each live with the dialogue."""

    UNVERIFIED = "unverified"  # a known unknown of the library
    OUTSIDE = "outside"  # a matter this assistant leaves to others
    NO_GROUND = "no_ground"  # nothing in the library carries an answer
    FOREIGN = "foreign"  # written in a language or script this assistant cannot read


@dataclass(frozen=True, slots=True)
class Refusal:
    """No ground for an answer. `missing` names what was not found ("" if it has no name); `advice` is the way to go."""

    reason: RefusalReason
    missing: str = ""
    advice: tuple[str, ...] = ()
    hotline: str = ""
    citations: tuple[Citation, ...] = ()
    nearby: tuple[str, ...] = ()  # titles of neighbouring policies that may help


@dataclass(frozen=True, slots=True)
class Clarification:
    """The question has several meanings. `subject` names the ambiguity; `options` are complete questions to choose from."""

    subject: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """No question at all. `occasion` is one of greeting, thanks, farewell, identity, ability, acknowledgement, chat, empty."""

    occasion: str


@dataclass(frozen=True, slots=True)
class StationWish:
    """Wants a place to go to. `text` says what is wanted there, or where."""

    text: str
    location: Location | None = None


class StationReply:
    """Base of what `knowledge.stations` answers to a wish (`StationAnswer`)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CardText:
    """An emergency card in one language. `first` begins with the number to call; `say` is what to tell the operator;
    `read_aloud` is to be read to them, with `{place}` for where it is.
    """

    title: str
    first: str
    say: str
    steps: tuple[str, ...]
    avoid: tuple[str, ...]
    read_aloud: str


@dataclass(frozen=True, slots=True)
class CardSource:
    """Where the steps of a card come from."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """Somebody is in danger now. `numbers` are to be dialled in this order; `texts` by language; `review` is "pending" until
    somebody who may has reviewed the card. `place`: what the rider said about where, in a message after the first card.
    """

    id: str
    numbers: tuple[str, ...]
    texts: Mapping[str, CardText]
    sources: tuple[CardSource, ...]
    facts: tuple[str, ...]
    review: str
    confidence: str = "verified"
    follows: bool = False
    place: str = ""


Reply = Answer | Refusal | Clarification | SmallTalk | StationWish | StationReply | EmergencyCard


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply with the release it stands on and the time it took inside the assistant."""

    reply: Reply
    release: str
    seconds: float

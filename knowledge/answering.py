"""Question to reply: the use case of the room. Pure given a release; nothing is written, nothing waits.

Order: what is no question (nothing typed, small talk, a language we cannot read), then places, then ambiguous words, then the
library. Danger was looked for before (knowledge.emergency).

An answer is made of whole passages; a number never leaves the passage it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from knowledge.clarifying import Clarifications, key
from knowledge.emergency.cards import Cards, shipped_cards
from knowledge.folding import HAN, clean, fold, words
from knowledge.fragments import is_fragment
from knowledge.grounding import confidence, evidence, lacks_what_is_asked, may_answer
from knowledge.model import (
    Answer,
    AnswerPart,
    Citation,
    Clarification,
    Confidence,
    Passage,
    Policy,
    Question,
    Refusal,
    RefusalReason,
    Reply,
    SmallTalk,
    StationWish,
)  # fmt: skip
from knowledge.passages import cut
from knowledge.retrieval import Findings, Hit, Retriever
from knowledge.rewriting import Rewriter, Search, continues, needs
from knowledge.sounds import is_typed_pinyin
from knowledge.triage import SMALL_TALK, Triage

CHINA = ZoneInfo("Asia/Shanghai")
LONGEST_QUESTION = 600  # characters read; what comes after is hardly part of the question
PREMISE = re.compile(
    r"吧|呗|对不|对吗|是不是|真的假的|是真的|肯定|听说|听人|都说|说是|不就|不是.{0,12}[吗么嘛]|就(?:是|算|得|能|没|不)|反正|难道|凭什么|还.{0,6}[吗么嘛]$"
)
TELEPHONE = re.compile(r"(?<!\d)(?:110|119|12[02]|12\d{3}|96110)(?!\d)")
HOTLINES = {
    "heat": "12333", "work-relation": "12333", "occupational-injury": "12333", "work-injury": "12333", "pay": "12333",
    "insurance": "12333", "work-age": "12333", "union": "12351", "health": "12356", "fatigue": "12328", "accident": "122",
}  # fmt: skip
GENERAL_HOTLINE = "12345"
CRIME = re.compile(r"被抢|抢了我|抢劫|被偷|偷了我|被打|打了我|打人|勒索|敲诈|跟踪我|绑架")
MOST_PARTS = 3
FIRST_AID_TOPICS = {"first-aid": "120", "cold": "120", "carbon-monoxide": "120"}
SHARED = frozenset(["N-01", "N-02", "N-07", "N-08", "N-09"])  # facts about numbers: a card has them, but is not about them
ANSWERABLE = 0.5
GREETINGS = {
    "hi": "greeting", "hello": "greeting", "hey": "greeting", "thanks": "thanks", "thank": "thanks", "thx": "thanks",
    "bye": "farewell", "ok": "acknowledgement",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Lines of the decisions below, tuned on golden questions (docs/decisions/006)."""

    small_talk: float = 0.55
    plainly_chat: float = 0.75  # small talk, whatever the library found
    chat: float = 0.30  # small talk rather than a refusal for want of ground
    station: float = 0.55
    clarify: float = 0.60
    clarify_length: int = 6
    fragment: int = 4  # characters; what is this short and finds nothing is asked back, not refused
    alone: float = 0.70  # a short turn this sure by itself does not need the turns before
    question: float = 0.20
    sure: float = 0.90  # an answer this sure outweighs small talk, stations and clarifications
    companion: float = 0.82  # a second policy this close to the best is shown as well
    need: float = 0.55  # a clause's own policy must score this share of the best one
    instead: float = 0.80  # where the best policy lacks the figure asked for, another one this close may answer
    unknown: float = 0.60  # a known unknown must score this much to be named,
    leading: float = 0.85  # or be put first by nearly every signal,
    named: float = 0.90  # and score this share of the best answer: else it is not what was asked
    outside: float = 0.80  # a limit scoring this much, and more than any answer, outweighs a wish for a place


class Answering:
    """Answers questions from one release."""

    def __init__(self, retriever: Retriever, rewriter: Rewriter, clarifications: Clarifications, triage: Triage,
                 limits: Limits | None = None, cards: Cards | None = None) -> None:  # fmt: skip
        self.retriever = retriever
        self._rewriter = rewriter
        self._clarifications = clarifications
        self._triage = triage
        self._limits = limits or Limits()
        self._cards = shipped_cards() if cards is None else cards
        self._hotlines = _hotlines(retriever.lexicon.policies)

    def with_retriever(self, retriever: Retriever) -> Answering:
        """The same use case over another retriever (vectors switched on)."""
        return Answering(retriever, self._rewriter, self._clarifications, self._triage, self._limits, self._cards)

    def search(self, question: Question, count: int = 10) -> list[Hit]:
        """Retrieval alone."""
        text, history = self._rewriter.respelt(clean(question.text)[:LONGEST_QUESTION]), _turns(question)
        found, _ = self._look_up(text, history, self._triage.kinds(text, history), _day(question), count)
        return list(found.hits)

    def answer(self, question: Question) -> Reply:
        """The reply to a question. Never raises for anything a person can type."""
        text = clean(question.text)[:LONGEST_QUESTION].strip()
        if not words(fold(text)):
            return _foreign(text) or SmallTalk("empty")  # no character we know; letters of another script perhaps
        if question.location is not None:
            return StationWish(text, question.location)
        if (foreign := _foreign(text)) is not None:
            return foreign
        if (number := fold(text).strip(" ?。.!")).isdigit():
            return self._about_number(number)
        return self._understood(text, question)

    def _about_number(self, number: str) -> Reply:
        """A message that is nothing but digits: the hotline of that number, or small talk (666)."""
        if number not in self._hotlines:
            return SmallTalk("chat")
        policy, passage = self._hotlines[number]
        part = AnswerPart(policy.title, tuple(p for p in passage.text.split("\n\n") if p != policy.correction), policy.confidence)
        return Answer((part,), (cite(policy, passage),))

    def _understood(self, text: str, question: Question) -> Reply:
        text = self._rewriter.respelt(text)
        history = _turns(question)
        kinds = self._triage.kinds(text, history)
        ambiguous = self._clarifications.find(text)
        if ambiguous is not None and (ambiguous.options or not history):
            return ambiguous
        day = _day(question)
        found, sure = self._look_up(text, history, kinds, day, 10)
        if (aside := self._aside(text, found.hits, sure, kinds, history)) is not None:
            return aside
        holding = [hit for hit in found.hits if may_answer(hit) and not lacks_what_is_asked(text, hit.passage.text)]
        if sure >= ANSWERABLE and holding and holding[0].score >= self._limits.instead * _best(found.hits).score:
            return self._compose(text, holding, day)
        return self._without_answer(text, found.hits, kinds, bool(history))

    def _aside(
        self, text: str, hits: Sequence[Hit], sure: float, kinds: Mapping[str, float], history: Sequence[str]
    ) -> Reply | None:
        """Small talk, a wish for a place, a fragment: what is no question to the library, unless the library is sure."""
        limits = self._limits
        chat = sum(kinds[kind] for kind in SMALL_TALK)
        if sure >= limits.sure and kinds["question"] >= limits.question and chat < limits.plainly_chat:
            return None
        if chat >= limits.small_talk:
            return SmallTalk(max(SMALL_TALK, key=lambda kind: kinds[kind]))
        if kinds["station"] >= limits.station and not self._plainly_outside(hits):
            return StationWish(text)
        if not history and kinds["clarify"] >= limits.clarify and len(key(text)) <= limits.clarify_length:
            return self._ask_back(hits)
        if not history and sure < limits.sure and is_fragment(text):
            return Clarification("", ())
        return None

    def wants_a_place(self, text: str) -> bool:
        """Whether a message by itself asks for a station."""
        return self._triage.kinds(text)["station"] >= self._limits.station

    def _without_answer(self, text: str, hits: Sequence[Hit], kinds: Mapping[str, float], follows: bool) -> Reply:
        """A fragment that finds nothing is asked back; everything else is refused."""
        fragment = not follows and (len(key(text)) <= self._limits.fragment or is_fragment(text, left=1))
        if fragment and not (hits and hits[0].score >= self._limits.outside):
            return self._ask_back(hits)
        refusal = self._refuse(text, hits, kinds)
        chat = sum(kinds[kind] for kind in SMALL_TALK)
        if refusal.reason is RefusalReason.NO_GROUND and chat >= max(self._limits.chat, kinds["offtopic"], kinds["question"]):
            return SmallTalk(max(SMALL_TALK, key=lambda kind: kinds[kind]))
        return refusal

    def _look_up(
        self, text: str, history: Sequence[str], kinds: Mapping[str, float], day: date, count: int
    ) -> tuple[Findings, float]:
        """What was found, and how sure it is to answer. A short turn that stands well alone is a new question."""
        found, sure, search = self._weigh(text, history, kinds, day, count)
        if search.depends and not continues(text):
            alone, sure_alone, _ = self._weigh(text, (), self._triage.kinds(text), day, count)
            if sure_alone >= self._limits.alone:
                return alone, sure_alone
        return found, sure

    def _weigh(
        self, text: str, history: Sequence[str], kinds: Mapping[str, float], day: date, count: int
    ) -> tuple[Findings, float, Search]:
        search = self._rewriter.search(text, history)
        found = self.retriever.search(search, day, count)
        return found, confidence(evidence(found, search, kinds), self.retriever.ranking, self.retriever.has_vectors), search

    # --- answers ---

    def _compose(self, text: str, hits: Sequence[Hit], day: date) -> Answer:
        best = hits[0]
        chosen = [best]
        for need in needs(text):
            for hit in self.retriever.search(self._rewriter.clause(need, text), day, 3).hits:
                if may_answer(hit):
                    if hit.score >= self._limits.need * best.score:
                        chosen.append(hit)
                    break
        chosen += [hit for hit in hits[1:2] if hit.score >= self._limits.companion * best.score]
        unique = list({hit.policy.id: hit for hit in chosen}.values())[:MOST_PARTS]
        asserts = bool(PREMISE.search(fold(text)))
        safety = self._safety(unique)
        return Answer(tuple(_part(hit, asserts) for hit in unique), self._citations(unique, safety), safety)

    def _safety(self, hits: Sequence[Hit]) -> tuple[str, ...]:
        """Whom to call if what is asked about is happening now: the first number of a card that stands on the same facts, and
        of every subject that is first aid throughout.
        """
        about = {fact for hit in hits for fact in hit.policy.facts}
        found = {card.numbers[0] for card in self._cards.values() if about & set(card.facts) - SHARED}
        found |= {FIRST_AID_TOPICS[hit.policy.topic] for hit in hits if hit.policy.topic in FIRST_AID_TOPICS}
        return tuple(sorted(number for number in found if number in self._hotlines))[:2]

    def _citations(self, hits: Sequence[Hit], more: Sequence[str] = ()) -> tuple[Citation, ...]:
        cited = {hit.policy.id: cite(hit.policy, hit.passage) for hit in hits}
        named = [*(number for hit in hits for number in TELEPHONE.findall(hit.passage.text)), *more]
        for number in dict.fromkeys(named):
            if number in self._hotlines and self._hotlines[number][0].id not in cited:
                cited[self._hotlines[number][0].id] = self._cite_hotline(number)
        return tuple(cited.values())

    def _cite_hotline(self, number: str) -> Citation:
        return cite(*self._hotlines[number])

    # --- no answer ---

    def _refuse(self, text: str, hits: Sequence[Hit], kinds: Mapping[str, float]) -> Refusal:
        nearby = tuple(hit.policy.title for hit in hits if may_answer(hit))[:3] if kinds["offtopic"] < 0.5 else ()
        unknown = next((hit for hit in hits if not may_answer(hit)), None)
        rival = next((hit.score for hit in hits if may_answer(hit)), 0.0)
        if (
            unknown is not None
            and unknown.score >= self._limits.named * rival
            and (unknown.score >= self._limits.unknown or unknown.standing >= self._limits.leading)
        ):
            outside = unknown.policy.topic == "limits"
            reason = RefusalReason.OUTSIDE if outside else RefusalReason.UNVERIFIED
            shown_nearby = () if outside else nearby[:2]
            return Refusal(reason, unknown.policy.title, unknown.policy.paragraphs, "", self._citations([unknown]), shown_nearby)
        topic = next((hit.policy.topic for hit in hits if may_answer(hit)), "")
        hotline = HOTLINES.get(topic, GENERAL_HOTLINE) if kinds["offtopic"] < 0.5 else GENERAL_HOTLINE
        hotline = "110" if CRIME.search(text) else hotline
        citations = (self._cite_hotline(hotline),) if hotline in self._hotlines else ()
        return Refusal(RefusalReason.NO_GROUND, "", (), hotline, citations, nearby)

    def _plainly_outside(self, hits: Sequence[Hit]) -> bool:
        """Whether the best policy is one of the matters this assistant leaves to others."""
        return bool(hits) and hits[0].policy.topic == "limits" and hits[0].score >= self._limits.outside

    def _ask_back(self, hits: Sequence[Hit]) -> Clarification:
        return Clarification("", tuple(hit.policy.title for hit in hits if may_answer(hit))[:4])


def cite(policy: Policy, passage: Passage) -> Citation:
    """A citation of a policy's passage."""
    source = policy.source.name + (f"\uff08{policy.source.number}\uff09" if policy.source.number else "")
    return Citation(
        policy.id, policy.title, source, passage.id, passage.text, policy.confidence, policy.valid_from, policy.reviewed,
        policy.source.url,
    )  # fmt: skip


def _best(hits: Sequence[Hit]) -> Hit:
    """The best hit that may be an answer."""
    return next(hit for hit in hits if may_answer(hit))


def _part(hit: Hit, asserts: bool) -> AnswerPart:
    policy, text = hit.policy, hit.passage.text
    correction = policy.correction if policy.correction and policy.correction in text else ""
    paragraphs = tuple(paragraph for paragraph in text.split("\n\n") if paragraph != correction)
    return AnswerPart(policy.title, paragraphs, policy.confidence, correction, bool(correction) and asserts)


def _hotlines(policies: Sequence[Policy]) -> dict[str, tuple[Policy, Passage]]:
    """Telephone number → the hotline policy whose title begins with it (or else holds it), with its first passage."""
    found: dict[str, tuple[Policy, Passage]] = {}
    for begins in (True, False):
        for policy in policies:
            if policy.topic == "hotline" and policy.confidence is not Confidence.UNVERIFIED:
                for number in TELEPHONE.findall(policy.title):
                    if policy.title.startswith(number) or not begins:
                        found.setdefault(number, (policy, cut(policy)[0]))
    return found


def _foreign(text: str) -> Reply | None:
    """A reply to text this assistant cannot read; None for Chinese and typed pinyin."""
    folded = fold(text)
    if HAN.search(folded) or is_typed_pinyin(folded) or not any(c.isalpha() for c in folded):
        return None
    first = words(folded)[:1]
    if first and first[0] in GREETINGS and len(words(folded)) <= 4:
        return SmallTalk(GREETINGS[first[0]])
    return Refusal(RefusalReason.FOREIGN, hotline=GENERAL_HOTLINE)


def _turns(question: Question) -> tuple[str, ...]:
    """The turns before that may still count, no longer than a question."""
    return tuple(turn[:LONGEST_QUESTION] for turn in question.history[-4:])


def _day(question: Question) -> date:
    return question.asked_at.astimezone(CHINA).date()

"""One rider's words to one message: danger first, then commands, then the assistant; puts the reply into words, remembers.

Nothing here may keep an answer from a rider: a database that does not answer costs the memory of a conversation, not the reply.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.dialogue.commanding import Commands, said
from bot.dialogue.doing import Actions
from bot.dialogue.message import Message, mended
from bot.dialogue.places import first_aid
from bot.dialogue.recent import Allowance, RecentTurns
from bot.dialogue.rendering import plain, render
from bot.dialogue.rider import rider_of
from bot.dialogue.wording import wording
from bot.errors import BotError
from bot.storage.store import Conversations, Ratings
from knowledge import Assistant, Question
from knowledge.errors import KnowledgeError
from knowledge.model import EmergencyCard, Location, Replied

log = logging.getLogger(__name__)
REMEMBERED = 2048  # replies kept in memory, so that a request sent again gets the same reply


class RiderTalk:
    """`Talk` for every channel."""

    def __init__(self, assistant: Assistant, conversations: Conversations, ratings: Ratings, clock: Callable[[], datetime],
                 commands: Commands, actions: Actions) -> None:  # fmt: skip
        self._assistant = assistant
        self._conversations = conversations
        self._ratings = ratings
        self._clock = clock
        self._commands = commands
        self._actions = actions
        self._recent = RecentTurns()
        self._allowance = Allowance()
        self._replies: OrderedDict[tuple[str, str], Message] = OrderedDict()  # by conversation and request: names can be guessed
        self._cited: OrderedDict[str, tuple[str, ...]] = OrderedDict()  # policies by request

    def alarm(self, conversation: str, text: str, request: str, language: str = "zh", *, located: bool = False) -> Message | None:
        """See `Talk.alarm`. A location is looked at by itself: after a card it asks for the nearest first aid."""
        now, text = self._clock(), said(mended(text))
        replied = self._assistant.emergency(text, () if located else self._recent.of(conversation, now, but=request))
        if replied is None:
            return None
        self._recent.add(conversation, request, text, now)
        return self._remembered(conversation, request, self._urgent(replied, language, now))

    async def reply(self, conversation: str, text: str, request: str, location: tuple[float, float] | None = None,
                    language: str = "zh") -> Message:  # fmt: skip
        """See `Talk.reply`."""
        known = self._replies.get((conversation, request))
        if known is not None:
            return known
        text, now = self._commands.in_words(mended(text)), self._clock()
        if (card := self.alarm(conversation, text, request, language, located=location is not None)) is not None:
            return card
        recent = self._recent.of(conversation, now, but=request)
        urgent = None if location is None else self._assistant.emergency(text, recent)
        if words := said(text).strip():
            self._recent.add(conversation, request, words, now)
        try:
            if urgent is not None and location is not None:
                aid = await asyncio.to_thread(self._first_aid, urgent, Location(*location), language, now)
                return self._remembered(conversation, request, aid)
            if not self._allowance.take(conversation, now):
                return plain("smalltalk", wording(language).say("limits.too_many"))
            message = await asyncio.to_thread(self._reply, conversation, text, request, location, language, recent)
            return self._remembered(conversation, request, message)
        except (KnowledgeError, BotError) as cause:
            log.error("cannot answer: %s", cause)
            return self._broken(language)

    async def act(self, conversation: str, action: str, request: str, language: str = "zh") -> Message:
        """See `Talk.act`."""
        known = self._replies.get((conversation, request))
        if known is not None:
            return known
        if not self._allowance.take(conversation, self._clock()):
            return plain("smalltalk", wording(language).say("limits.too_many"))
        try:
            own = hashlib.sha256(f"{conversation} {request}".encode(errors="replace")).hexdigest()[:40]  # nobody else's name
            done = await asyncio.to_thread(self._actions.do, rider_of(conversation), action, own, language, self._clock())
        except (KnowledgeError, BotError, SQLAlchemyError) as cause:
            log.error("an action failed: %s", cause)
            return self._broken(language)
        return self._remembered(conversation, request, done)

    def _reply(self, conversation: str, text: str, request: str, location: tuple[float, float] | None, language: str,
               recent: tuple[str, ...]) -> Message:  # fmt: skip
        now = self._clock()
        if (commanded := self._commands.do(rider_of(conversation), text, language, now)) is not None:
            return commanded
        history = self._turns(conversation, now) or recent
        question = Question(text, now, history, Location(*location) if location else None)
        replied = self._assistant.look_up(question)
        recorded = self._keep(conversation, history, question, request, replied)
        return render(replied, language, now, seed=text, recorded=recorded)

    def _urgent(self, replied: Replied, language: str, now: datetime) -> Message:
        assert isinstance(replied.reply, EmergencyCard)
        return render(replied, language, now, first_aid=self._assistant.has_first_aid_stations())

    def _first_aid(self, urgent: Replied, where: Location, language: str, now: datetime) -> Message:
        """A location that follows a card. The station is a help; without it the rest is said all the same."""
        assert isinstance(urgent.reply, EmergencyCard)
        return first_aid(urgent.reply, self._assistant.nearest_first_aid(where, now), wording(language), now)

    def _remembered(self, conversation: str, request: str, message: Message) -> Message:
        self._replies[conversation, request] = message
        self._cited[request] = tuple(chip.policy for chip in message.chips)
        for held in (self._replies, self._cited):
            while len(held) > REMEMBERED:
                held.popitem(last=False)
        return message

    def _broken(self, language: str) -> Message:
        return plain("refusal", wording(language).say("error.broken"), dial=("120", "110", "119"))

    def _turns(self, conversation: str, now: datetime) -> tuple[str, ...]:
        try:
            return self._conversations.turns(conversation, now)
        except SQLAlchemyError as cause:
            log.warning("conversation not read: %s", type(cause).__name__)
            return ()

    def _keep(self, conversation: str, history: tuple[str, ...], question: Question, request: str, replied: Replied) -> bool:
        """Remember the turn and, after a refusal, the gap; True if a gap was noted. Where the rider is, is never kept."""
        try:
            self._conversations.remember(conversation, history, question.text, question.asked_at)
            return self._assistant.record_gap(request, question, replied)
        except SQLAlchemyError as cause:
            log.warning("conversation not kept: %s", type(cause).__name__)
            return False

    async def rate(self, request: str, useful: bool) -> None:
        """See `Talk.rate`."""
        try:
            await asyncio.to_thread(self._ratings.rate, request, useful, self._cited.get(request, ()), self._clock())
        except SQLAlchemyError as cause:
            log.warning("rating not kept: %s", type(cause).__name__)

    async def forget(self, conversation: str) -> None:
        """See `Talk.forget`."""
        self._recent.forget(conversation)
        try:
            await asyncio.to_thread(self._conversations.forget, conversation)
        except SQLAlchemyError as cause:
            log.warning("conversation not erased: %s", type(cause).__name__)

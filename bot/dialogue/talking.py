"""One rider's words to one message: reads the turns before, asks the assistant, puts the reply into words, remembers.

Nothing here may keep an answer from a rider: a database that does not answer costs the memory of a conversation, not the reply.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.dialogue.message import Message, mended
from bot.dialogue.rendering import render
from bot.dialogue.wording import wording
from bot.storage.store import Conversations, Ratings
from knowledge import Assistant, Question
from knowledge.errors import KnowledgeError
from knowledge.model import EmergencyNotice, Location, Replied

log = logging.getLogger(__name__)
REMEMBERED = 2048  # replies kept in memory, so that a request sent again gets the same reply


class RiderTalk:
    """`Talk` for every channel."""

    def __init__(self, assistant: Assistant, conversations: Conversations, ratings: Ratings, clock: Callable[[], datetime]) -> None:
        self._assistant = assistant
        self._conversations = conversations
        self._ratings = ratings
        self._clock = clock
        self._replies: OrderedDict[str, Message] = OrderedDict()

    async def reply(self, conversation: str, text: str, request: str, location: tuple[float, float] | None = None,
                    language: str = "zh") -> Message:  # fmt: skip
        """See `Talk.reply`."""
        known = self._replies.get(request)
        if known is not None:
            return known
        try:
            message = await asyncio.to_thread(self._reply, conversation, mended(text), request, location, language)
        except KnowledgeError as cause:
            log.error("cannot answer: %s", cause)
            broken = wording(language).say("error.broken")
            return Message("refusal", broken, broken, dial=("120", "110", "119"))
        self._replies[request] = message
        while len(self._replies) > REMEMBERED:
            self._replies.popitem(last=False)
        return message

    def _reply(self, conversation: str, text: str, request: str, location: tuple[float, float] | None, language: str) -> Message:
        now = self._clock()
        place = Location(*location) if location else None
        replied = self._assistant.answer(Question(text, now, (), place))
        if not isinstance(replied.reply, EmergencyNotice):
            history = self._turns(conversation, now)
            question = Question(text, now, history, place)
            if history:
                replied = self._assistant.answer(question)
            recorded = self._keep(conversation, history, question, request, replied)
            return render(replied, language, seed=text, recorded=recorded)
        return render(replied, language, seed=text)

    def _turns(self, conversation: str, now: datetime) -> tuple[str, ...]:
        try:
            return self._conversations.turns(conversation, now)
        except SQLAlchemyError as cause:
            log.warning("conversation not read: %s", type(cause).__name__)
            return ()

    def _keep(self, conversation: str, history: tuple[str, ...], question: Question, request: str, replied: Replied) -> bool:
        """Remember the turn and, after a refusal, the gap; True if a gap was noted."""
        try:
            self._conversations.remember(conversation, history, question.text, question.asked_at)
            return self._assistant.record_gap(request, question, replied)
        except SQLAlchemyError as cause:
            log.warning("conversation not kept: %s", type(cause).__name__)
            return False

    async def rate(self, request: str, useful: bool) -> None:
        """See `Talk.rate`."""
        message = self._replies.get(request)
        policies = [chip.policy for chip in message.chips] if message else []
        try:
            await asyncio.to_thread(self._ratings.rate, request, useful, policies, self._clock())
        except SQLAlchemyError as cause:
            log.warning("rating not kept: %s", type(cause).__name__)

    async def forget(self, conversation: str) -> None:
        """See `Talk.forget`."""
        try:
            await asyncio.to_thread(self._conversations.forget, conversation)
        except SQLAlchemyError as cause:
            log.warning("conversation not erased: %s", type(cause).__name__)

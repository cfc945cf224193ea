"""Properties of every reply, tried on a thousand questions that nobody wrote: real ones shuffled, joined, cut and garbled.

No reply raises; every answer is cited, with passages in force on the day and verified by somebody; every number in an answer
stands in a passage that it cites.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import Application
from bot.dialogue.message import Chip, Message
from bot.dialogue.rendering import render
from knowledge import Assistant, Question
from knowledge.clarifying import read_clarifications
from knowledge.emergency.cards import shipped_cards
from knowledge.model import Answer, Confidence, EmergencyCard, Location, Policy, Refusal, Reply
from knowledge.releases import POLICIES, read_policies

SEED = 20261121
COUNT = 1050
CHINA = ZoneInfo("Asia/Shanghai")
MOMENTS = tuple(
    datetime.fromisoformat(moment)
    for moment in (
        "2022-01-01T00:00:00+08:00", "2023-07-15T03:00:00+08:00", "2024-12-31T16:00:00+00:00", "2025-08-31T23:59:59+08:00",
        "2025-09-01T00:00:00+08:00", "2025-11-19T16:00:00+00:00", "2026-04-30T12:00:00+08:00", "2026-11-21T12:00:00+08:00",
        "2028-02-29T09:00:00+08:00", "2030-12-31T23:59:59+08:00",
    )
)  # fmt: skip
NOISE = "，。？！~…、 \t\n\u200b\ufeff①㊣🛵😭％℃〇零壹<>&'\";/\\#@*"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
HEADING = re.compile(r"^\d+\. ")


@dataclass(frozen=True)
class Asked:
    """A generated question with its reply, in values and in words."""

    question: Question
    reply: Reply
    message: Message

    def __str__(self) -> str:
        return f"{self.question.text!r} after {self.question.history} on {self.question.asked_at:%F}: {self.message.body!r}"


@pytest.fixture(scope="module")
def policies(shipped: Application) -> dict[str, Policy]:
    folder = shipped.settings.releases / shipped.assistant.release
    return {policy.id: policy for policy in read_policies(folder / POLICIES)}


def mutations(asks: list[str], draw: random.Random) -> list[Callable[[str], str]]:
    """Ways to make another question of one."""

    def shuffled(ask: str) -> str:
        clauses = re.split(r"[ ,，。]", ask)
        return " ".join(draw.sample(clauses, len(clauses)))

    def scrambled(ask: str) -> str:
        return "".join(draw.sample(ask, len(ask)))

    def renumbered(ask: str) -> str:
        return re.sub(r"\d+", lambda _: str(draw.choice((0, 1, 7, 13, 39, 41, 55, 120, 300, 12345, 99999))), ask)

    def noisy(ask: str) -> str:
        place = draw.randrange(len(ask) + 1)
        return ask[:place] + "".join(draw.choices(NOISE, k=draw.randint(1, 6))) + ask[place:]

    return [
        lambda ask: ask,
        lambda ask: ask + draw.choice((",", "", " 还有 ", ",另外")) + draw.choice(asks),
        lambda ask: ask[: draw.randint(1, len(ask))],
        lambda ask: ask[draw.randrange(len(ask)) :],
        lambda ask: f"{ask} {draw.randint(0, 100000)}{draw.choice(('度', '块', '天', '岁', '分', '%', ''))}",
        lambda ask: f"听说{ask}是{draw.randint(1, 999)}{draw.choice('元天年分')},对吧",
        lambda ask: ask * draw.randint(2, 30),
        shuffled, scrambled, renumbered, noisy,
    ]  # fmt: skip


def generated(asks: list[str], draw: random.Random) -> Question:
    ask = draw.choice(asks)
    for change in draw.sample(mutations(asks, draw), draw.randint(1, 2)):
        ask = change(ask) or ask
    history = tuple(draw.sample(asks, draw.choice((0, 0, 0, 1, 3))))
    place = Location(draw.uniform(-90, 90), draw.uniform(-180, 180)) if draw.random() < 0.1 else None
    return Question(ask, draw.choice(MOMENTS), history, place)


@pytest.fixture(scope="module")
def asked(assistant: Assistant, policies: dict[str, Policy]) -> list[Asked]:
    """A thousand and some questions with their replies."""
    draw = random.Random(SEED)
    asks = sorted(ask for policy in policies.values() for ask in policy.asks)
    found = []
    for _ in range(COUNT):
        question = generated(asks, draw)
        replied = assistant.answer(question)
        found.append(Asked(question, replied.reply, render(replied, "zh", question.asked_at, seed=question.text)))
    return found


def cited(asked: list[Asked]) -> list[tuple[Asked, Chip]]:
    """Every chip that stands for a policy; those of emergency cards stand for the card."""
    return [(one, chip) for one in asked for chip in one.message.chips if not chip.policy.startswith("card:")]


def answers(asked: list[Asked]) -> list[Asked]:
    return [one for one in asked if isinstance(one.reply, Answer)]


def numbers_said(message: Message) -> set[str]:
    """The numbers of a body, without the headings of its parts."""
    return {number for line in message.body.splitlines() if not HEADING.match(line) for number in NUMBER.findall(line)}


def ungrounded(message: Message) -> set[str]:
    return numbers_said(message) - {number for chip in message.chips for number in NUMBER.findall(chip.text)}


def test_the_questions_try_all_there_is(asked: list[Asked]) -> None:
    kinds = Counter(one.message.kind for one in asked)
    assert sum(kinds.values()) >= 1000
    assert kinds["answer"] > 300
    assert kinds["refusal"] > 20
    assert {one.question.asked_at for one in asked} == set(MOMENTS)
    assert len({chip.policy for one in asked for chip in one.message.chips}) > 150
    assert len({one.question.text for one in asked}) > 1000


def test_every_answer_is_cited(asked: list[Asked], policies: dict[str, Policy]) -> None:
    assert [str(one) for one in answers(asked) if not one.message.chips] == []
    for one, chip in cited(asked):
        assert chip.policy in policies, one
        assert chip.source, one


def test_an_alarm_among_them_shows_a_card_of_ours(asked: list[Asked]) -> None:
    alarmed = [one for one in asked if isinstance(one.reply, EmergencyCard)]
    assert len(alarmed) <= 0.1 * len(asked), [str(one) for one in alarmed]  # shuffled words may look like anything
    for one in alarmed:
        assert isinstance(one.reply, EmergencyCard)
        assert one.reply.texts == shipped_cards()[one.reply.id].texts
        assert {chip.policy for chip in one.message.chips} == {f"card:{one.reply.id}"}


def test_every_number_of_an_answer_stands_in_a_passage_it_cites(asked: list[Asked]) -> None:
    assert sum(bool(numbers_said(one.message)) for one in answers(asked)) > 100
    assert [(ungrounded(one.message), str(one)) for one in answers(asked) if ungrounded(one.message)] == []


def test_every_sentence_of_an_answer_is_the_librarys_own(asked: list[Asked], policies: dict[str, Policy]) -> None:
    for one in answers(asked):
        assert isinstance(one.reply, Answer)
        held = "".join(chip.text for chip in one.message.chips)
        for part in one.reply.parts:
            for said in (*part.paragraphs, part.correction):
                assert said in held, one


def test_a_passage_that_is_cited_is_the_policys_own_text(asked: list[Asked], policies: dict[str, Policy]) -> None:
    for chip in {chip for _, chip in cited(asked)}:
        own = "\n\n".join((*policies[chip.policy].paragraphs, policies[chip.policy].correction))
        assert all(paragraph in own for paragraph in chip.text.split("\n\n")), chip


def test_nothing_is_cited_that_is_out_of_force_on_the_day(asked: list[Asked], policies: dict[str, Policy]) -> None:
    stale = [
        (chip.policy, str(one))
        for one, chip in cited(asked)
        if not policies[chip.policy].in_force(one.question.asked_at.astimezone(CHINA).date())
    ]
    assert stale == []


def test_what_nobody_verified_is_never_an_answer(asked: list[Asked], policies: dict[str, Policy]) -> None:
    for one in answers(asked):
        for chip in one.message.chips:
            assert policies[chip.policy].confidence is not Confidence.UNVERIFIED, one
    named = {chip.policy for one in asked if isinstance(one.reply, Refusal) for chip in one.message.chips}
    assert any(policies[policy].confidence is Confidence.UNVERIFIED for policy in named)  # they do come up, as refusals


def test_the_same_question_gets_the_same_reply(asked: list[Asked], assistant: Assistant) -> None:
    for one in asked[::20]:
        assert assistant.answer(one.question).reply == one.reply


@pytest.mark.parametrize(
    "identity", ["bike-old-standard-2018", "fatigue-points-old", "occ-scope-2022-seven", "truck-danger-old-rule"]
)
def test_an_expired_rule_gives_way_to_the_one_that_took_its_place(
    identity: str, assistant: Assistant, policies: dict[str, Policy]
) -> None:
    old = policies[identity]
    assert old.valid_to is not None
    later = datetime(old.valid_to.year + 5, 1, 1, tzinfo=UTC)
    for ask in old.asks:
        for hit in assistant.search(Question(ask, later), 20):
            assert hit.policy.id != identity
    first = datetime(old.valid_to.year, old.valid_to.month, old.valid_to.day, 4, tzinfo=UTC)
    assert any(identity == hit.policy.id for ask in old.asks for hit in assistant.search(Question(ask, first), 5))


def test_a_made_up_number_would_be_seen() -> None:
    assert numbers_said(Message("answer", "", "1. 40℃ 停工\n到 39.5℃ 停。\n\n罚 200 元。")) == {"39.5", "200"}


def test_nearly_every_option_of_a_clarification_leads_on(assistant: Assistant, shipped: Application) -> None:
    path: Path = shipped.settings.library / "clarifications.yaml"
    entries = read_clarifications(path)
    options = sorted({option for found in vars(entries)["_entries"].values() for option in found.options})
    assert len(options) > 50
    now = datetime(2026, 11, 21, 4, tzinfo=UTC)
    dead = [option for option in options if isinstance(assistant.answer(Question(option, now)).reply, Refusal)]
    assert len(dead) <= 0.05 * len(options), dead

"""Replies to messages: the only place where a value becomes sentences. Pure; same reply, same words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.dialogue.message import Button, Chip, Message
from bot.dialogue.places import aid_may_help, station_answer, station_wish
from bot.dialogue.wording import Wording, wording
from knowledge.model import (
    Answer,
    AnswerPart,
    Citation,
    Clarification,
    Confidence,
    EmergencyCard,
    Refusal,
    RefusalReason,
    Replied,
    SmallTalk,
    StationWish,
)  # fmt: skip
from knowledge.stations.model import StationAnswer

TELEPHONE = re.compile(r"(?<!\d)(?:110|119|12[02]|12\d{3}|96110)(?!\d)")


def render(
    replied: Replied, language: str, now: datetime, *, seed: str = "", recorded: bool = False, first_aid: bool = False
) -> Message:
    """The message for a reply, said at `now` (aware).

    `seed` varies small talk (the rider's own words do); `recorded`: the question was noted as a gap; `first_aid`: the directory
    holds real stations with first aid, which a card may offer.
    """
    say, reply = wording(language), replied.reply
    if isinstance(reply, Refusal):
        message = _refusal(reply, say, recorded)
    elif isinstance(reply, StationAnswer):
        message = station_answer(reply, say, now)
    elif isinstance(reply, EmergencyCard):
        message = _emergency(reply, say, first_aid)
    else:
        forms: dict[type, Callable[..., Message]] = {
            Answer: _answer, Clarification: _clarification, SmallTalk: _small_talk, StationWish: station_wish,
        }  # fmt: skip
        message = forms[type(reply)](reply, say, seed)
    return replace(message, release=replied.release, milliseconds=round(replied.seconds * 1000, 2))


def plain(kind: str, body: str, **more: Any) -> Message:
    """A message that is nothing but its words (and what `more` adds)."""
    return Message(kind, body, body, **more)


def _answer(answer: Answer, say: Wording, _: str) -> Message:
    parts = [_part(part, say) for part in answer.parts]
    if len(parts) > 1:
        titles = [say.say("answer.part", number=n, title=part.title) for n, part in enumerate(answer.parts, 1)]
        parts = [f"{title}\n{text}" for title, text in zip(titles, parts, strict=True)]
    if answer.safety:
        parts.insert(0, say.say("answer.safety", numbers=_called(answer.safety, say)))
    body = "\n\n".join(parts)
    chips = tuple(_chip(citation, say) for citation in answer.citations)
    return Message("answer", _with_sources(body, chips, say), body, chips, (), _dial(body), rateable=True)


def _part(part: AnswerPart, say: Wording) -> str:
    paragraphs = list(part.paragraphs)
    if part.correction:
        paragraphs.insert(0 if part.corrects_first else len(paragraphs), part.correction)
    if part.confidence in (Confidence.SECONDARY, Confidence.CONFLICTING):
        paragraphs.append(say.say(f"answer.{part.confidence}"))
    return "\n\n".join(paragraphs)


def _refusal(refusal: Refusal, say: Wording, recorded: bool) -> Message:
    lines: list[str]
    if refusal.reason is RefusalReason.FOREIGN:
        lines = [say.say("refusal.foreign")]
    elif refusal.reason is RefusalReason.NO_GROUND:
        lines = [say.say("refusal.no_ground")]
        if refusal.hotline and refusal.citations:
            name = refusal.citations[0].title.replace(refusal.hotline, "").strip()
            key = "refusal.no_ground_police" if refusal.hotline == "110" else "refusal.no_ground_hotline"
            lines.append(say.say(key, hotline=refusal.hotline, name=name))
    else:
        lines = [say.say(f"refusal.{refusal.reason}", missing=refusal.missing), *refusal.advice]
    if recorded and refusal.reason in (RefusalReason.NO_GROUND, RefusalReason.UNVERIFIED):
        lines.append(say.say("refusal.recorded"))
    dial = _dial("\n".join(lines))
    chips = tuple(_chip(citation, say) for citation in refusal.citations)
    body = text = "\n\n".join(lines)
    if refusal.nearby:
        body += "\n\n" + say.say("refusal.nearby_buttons")
        text += "\n\n" + say.say("refusal.nearby", titles="、".join(f"“{title}”" for title in refusal.nearby))
    return Message("refusal", _with_sources(text, chips, say), body, chips, refusal.nearby, dial, rateable=True)


def _clarification(clarification: Clarification, say: Wording, _: str) -> Message:
    if clarification.subject:
        body = say.say("clarify.named" if clarification.options else "clarify.named_open", subject=clarification.subject)
    else:
        body = say.say("clarify.with_options" if clarification.options else "clarify.open")
    text = "\n".join([body, *(f"· {option}" for option in clarification.options)])
    return Message("clarify", text, body, quick_replies=clarification.options)


def _small_talk(talk: SmallTalk, say: Wording, seed: str) -> Message:
    body = say.say(f"smalltalk.{talk.occasion}", seed=seed)
    return Message("smalltalk", body, body, quick_replies=say.all(f"suggest.{talk.occasion}"))


def _emergency(card: EmergencyCard, say: Wording, first_aid: bool) -> Message:
    held = card.texts[say.language]
    named = set(TELEPHONE.findall(held.first))
    more = [number for number in card.numbers if number not in named]
    place = card.place or say.say("emergency.place_unknown")
    aloud = held.read_aloud.format(place=place)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(held.steps, 1))
    blocks = [
        held.first,
        *([say.say("emergency.also", numbers=_called(more, say))] if more else []),
        held.say,
        steps,
        "\n".join(held.avoid),
        say.say("emergency.read_aloud", number=card.numbers[0], text=aloud),
    ]
    if card.place:
        blocks.insert(0, say.say("emergency.follows"))
    body = "\n\n".join(blocks)
    chips = tuple(
        Chip(f"card:{card.id}", held.title, source.name, "", f"card:{card.id}#{number}", steps, source.url)
        for number, source in enumerate(card.sources, 1)
    )
    buttons = (Button(say.say("emergency.station"), "locate"),) if first_aid and aid_may_help(card) else ()
    text = _with_sources(body, chips, say)
    return Message("emergency", text, body, chips, (), card.numbers, buttons=buttons, read_aloud=aloud)


def _called(numbers: Sequence[str], say: Wording) -> str:
    """Numbers with what each of them is."""
    return say.say("emergency.and").join(say.say(f"emergency.what_{number}") for number in numbers)


def _chip(citation: Citation, say: Wording) -> Chip:
    dated = [say.say("answer.in_force", date=citation.valid_from)] if citation.valid_from else []
    dated += [say.say("answer.checked", date=citation.reviewed)] if citation.reviewed else []
    return Chip(
        citation.policy, citation.title, citation.source, "\uff0c".join(dated), citation.passage, citation.text, citation.url
    )


def _with_sources(body: str, chips: Sequence[Chip], say: Wording) -> str:
    if not chips:
        return body
    lines = [
        say.say(
            "answer.source_line_dated" if chip.date else "answer.source_line", title=chip.title, source=chip.source, date=chip.date
        )
        for chip in chips
    ]
    return "\n".join([body, "", say.say("answer.sources"), *lines])


def _dial(body: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(TELEPHONE.findall(body)))

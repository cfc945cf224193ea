"""Replies to messages: the only place where a value becomes sentences. Pure; same reply, same words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.dialogue.message import Chip, Message
from bot.dialogue.wording import Wording, wording
from knowledge.model import (
    Answer,
    AnswerPart,
    Citation,
    Clarification,
    Confidence,
    EmergencyNotice,
    Refusal,
    RefusalReason,
    Replied,
    Reply,
    SmallTalk,
    StationWish,
)  # fmt: skip

TELEPHONE = re.compile(r"(?<!\d)(?:110|119|12[02]|12\d{3}|96110)(?!\d)")
WORD_FORMS = {"smalltalk": SmallTalk, "stations": StationWish, "clarify": Clarification}


def render(replied: Replied, language: str = "zh", seed: str = "", recorded: bool = False) -> Message:
    """The message for a reply. `seed` varies small talk (the rider's own words do); `recorded`: the question was noted as a gap."""
    say = wording(language)
    message = _render(replied.reply, say, seed, recorded)
    return Message(
        **{
            name: getattr(message, name)
            for name in ("kind", "text", "body", "chips", "quick_replies", "dial", "rateable", "asks_location")
        },
        release=replied.release,
        milliseconds=round(replied.seconds * 1000, 2),
    )


def _render(reply: Reply, say: Wording, seed: str, recorded: bool) -> Message:
    if isinstance(reply, Refusal):
        return _refusal(reply, say, recorded)
    forms: dict[type, Callable[..., Message]] = {
        Answer: _answer, Clarification: _clarification, SmallTalk: _small_talk, StationWish: _station_wish,
        EmergencyNotice: _emergency,
    }  # fmt: skip
    return forms[type(reply)](reply, say, seed)


def _answer(answer: Answer, say: Wording, _: str) -> Message:
    parts = [_part(part, say) for part in answer.parts]
    if len(parts) > 1:
        titles = [say.say("answer.part", number=n, title=part.title) for n, part in enumerate(answer.parts, 1)]
        parts = [f"{title}\n{text}" for title, text in zip(titles, parts, strict=True)]
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


def _station_wish(wish: StationWish, say: Wording, _: str) -> Message:
    if wish.located:
        asked = say.say("stations.located")
    else:
        asked = say.say("stations.ask", service=wish.service) if wish.service else say.say("stations.ask_any")
    body = f"{asked}\n\n{say.say('stations.not_yet')}"
    return Message("stations", body, body, asks_location=not wish.located)


def _emergency(notice: EmergencyNotice, say: Wording, _: str) -> Message:
    numbers = "、".join(say.say(f"emergency.what_{number}") for number in notice.numbers)
    body = "\n\n".join([say.say("emergency.first", numbers=numbers), say.say("emergency.place"), say.say("emergency.safe")])
    chips = tuple(_chip(citation, say) for citation in notice.citations)
    return Message("emergency", body, body, chips, (), notice.numbers)


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

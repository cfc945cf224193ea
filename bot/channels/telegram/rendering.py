"""A `Message` as Bot API calls. The words are the message's own; what is added is where they are bold or links, and buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.telegram.arrivals import Arrival
from bot.channels.telegram.keyboards import keyboard, reply_keyboard, telephones, wants_location
from bot.channels.telegram.splitting import split
from bot.channels.telegram.styling import Span, Styled, openable, shown, styled
from bot.dialogue.message import Message
from bot.dialogue.wording import Wording
from bot.storage.outbox import Reply


@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API method and its parameters, all but chat_id."""

    method: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The calls that say something, in order, and what their buttons stand for by key."""

    calls: tuple[Call, ...] = ()
    buttons: Mapping[str, str] = field(default_factory=dict)

    def replies(self, arrival: Arrival) -> list[Reply]:
        """As rows of the outbox."""
        return [
            Reply(arrival.number, part, arrival.chat, call.method, json.dumps(call.parameters, ensure_ascii=False))
            for part, call in enumerate(self.calls)
        ]


def rendered(message: Message, arrival: Arrival, say: Wording) -> Rendered:
    """What to send for a message that answers this arrival."""
    asks = arrival.private and wants_location(message)  # Telegram has no such button in groups; the words ask for a place name, too
    inline = keyboard(message, arrival.request, say, replies_apart=asks)
    markup = inline.markup()
    parts = split(_styled(message))
    calls = [_text(part, arrival if place == 0 else None) for place, part in enumerate(parts)]
    if asks and markup is not None:  # one message has one keyboard
        calls.append(_text(Styled(say.say("telegram.share")), None, reply_keyboard(message, say)))
    at = len(parts) - 1
    if markup is not None or asks:
        calls[at] = Call("sendMessage", {**calls[at].parameters, "reply_markup": markup or reply_keyboard(message, say)})
    return Rendered(tuple(calls), inline.kept)


def line(text: str, arrival: Arrival, markup: Mapping[str, Any] | None = None) -> Rendered:
    """One sentence of our own."""
    return Rendered((_text(Styled(shown(text)), arrival, markup),))


def _text(part: Styled, quotes: Arrival | None, markup: Mapping[str, Any] | None = None) -> Call:
    parameters: dict[str, Any] = {"text": part.text, "link_preview_options": {"is_disabled": True}}
    if part.spans:
        parameters["entities"] = part.entities()
    if quotes is not None and quotes.quoted:
        parameters["reply_parameters"] = {"message_id": quotes.quoted, "allow_sending_without_reply": True}
    if markup is not None:
        parameters["reply_markup"] = markup
    return Call("sendMessage", parameters)


def _styled(message: Message) -> Styled:
    text = shown("\n".join([message.text, *telephones(message)]))
    return styled(text, [*_bold(message, text), *_links(message, text)])


def _bold(message: Message, text: str) -> Iterator[Span]:
    """What is read first: the number to call, the names of stations."""
    if message.kind == "emergency":
        yield Span(0, (text + "\n").index("\n"))
    at = 0
    for number, station in enumerate(message.stations, 1):
        named = f"{number}. {shown(station.name)}"
        if (found := text.find(named, at)) >= 0:
            at = found + len(named)
            yield Span(found, at)


def _links(message: Message, text: str) -> Iterator[Span]:
    """Titles of sources, in the lines about them behind the body."""
    at = len(shown(message.body)) if text.startswith(shown(message.body)) else 0
    for chip in message.chips:
        title = shown(chip.title)
        found = text.find(title, at)
        if found >= 0:
            at = found + len(title)
            if openable(chip.url):
                yield Span(found, at, chip.url)

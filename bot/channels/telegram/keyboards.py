"""Buttons as Telegram shows them. What one says or does stands in its data, or under a key in the outbox where 64 bytes are few."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.channels.telegram.arrivals import Rows
from bot.channels.telegram.styling import openable, shown
from bot.dialogue.message import Button, Message, mended
from bot.dialogue.wording import Wording

MOST_DATA = 64  # bytes of a button's data
MOST_BUTTONS = 100
IN_A_ROW = 4
LONGEST_LABEL = 120  # characters
SAY, ACT, RATE = "s", "a", "r"

Row = list[dict[str, Any]]


@dataclass(slots=True)
class Keyboard:
    """Inline rows, and what their data stands for by key."""

    rows: list[Row] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    def add(self, buttons: Iterable[tuple[str, dict[str, str]]]) -> None:
        """A row of (label, action); too long a row goes on in the next."""
        row: Row = [{"text": label, **action} for label, action in buttons if label]
        for start in range(0, len(row), IN_A_ROW):
            self.rows.append(row[start : start + IN_A_ROW])

    def data(self, code: str, value: str) -> dict[str, str]:
        """A button's action: `code` with `value`, or with its key where it is too long."""
        value = mended(value)
        plain = f"{code}:{value}"
        if len(plain.encode()) <= MOST_DATA:
            return {"callback_data": plain}
        key = hashlib.sha256(plain.encode()).hexdigest()[:24]
        self.kept[key] = value
        return {"callback_data": f"{code.upper()}:{key}"}

    def markup(self) -> dict[str, Any] | None:
        """As Telegram takes it, None for no buttons."""
        rows: list[Row] = []
        left = MOST_BUTTONS
        for row in self.rows:
            if left >= len(row):
                rows.append(row)
                left -= len(row)
        return {"inline_keyboard": rows} if rows else None


def keyboard(message: Message, request: str, say: Wording, *, replies_apart: bool) -> Keyboard:
    """The inline buttons of a message. `replies_apart`: what only sends its own label is on a reply keyboard already."""
    made = Keyboard()
    several = len(message.stations) > 1
    for number, station in enumerate(message.stations, 1):
        made.add((label(f"{number}. {one.label}" if several else one.label), act) for one, act in _actions(station.buttons, made))
    for one, action in _actions(message.buttons, made):
        if not (replies_apart and one.kind == "say" and one.value == one.label):
            made.add([(label(one.label), action)])
    if not replies_apart:
        for text in message.quick_replies:
            made.add([(label(text), made.data(SAY, text))])
    if message.rateable:
        marks = (("useful", 1), ("useless", 0))
        made.add((say.say(f"telegram.{key}"), made.data(RATE, f"{mark}:{request}")) for key, mark in marks)
    return made


def reply_keyboard(message: Message, say: Wording) -> dict[str, Any]:
    """A keyboard in place of the phone's own: share the location, or send one of the texts."""
    asked = next((button.label for button in message.buttons if button.kind == "locate"), say.say("telegram.locate"))
    texts = [*message.quick_replies, *(one.value for one in message.buttons if one.kind == "say" and one.value == one.label)]
    rows = [[{"text": label(asked), "request_location": True}], *([{"text": label(text)}] for text in texts if label(text))]
    return {
        "keyboard": rows,
        "resize_keyboard": True,
        "one_time_keyboard": True,
        "input_field_placeholder": say.say("telegram.place_hint"),
    }


def wants_location(message: Message) -> bool:
    """Whether the rider is asked where they are."""
    return message.asks_location or any(button.kind == "locate" for button in message.buttons)


def telephones(message: Message) -> list[str]:
    """Numbers of buttons that Telegram has not got, as lines, where the text does not name them already."""
    several = len(message.stations) > 1
    held = [(f"{n}. " if several else "", one) for n, station in enumerate(message.stations, 1) for one in station.buttons]
    held += [("", one) for one in message.buttons]
    return [
        f"{mark}{one.label}" if one.value in one.label else f"{mark}{one.label} {one.value}"
        for mark, one in held
        if one.kind == "dial" and one.value not in message.text
    ]


def rated(rows: Rows, useful: bool, say: Wording) -> dict[str, Any] | None:
    """A keyboard that shows what was chosen; None where it shows that already."""
    chosen = f"{RATE}:{int(useful)}:"
    labels = {f"{RATE}:1:": say.say("telegram.useful"), f"{RATE}:0:": say.say("telegram.useless")}
    made: list[Row] = []
    for row in rows:
        line: Row = []
        for text, data, url in row:
            name = labels.get(data[:4])
            shows = text if name is None else say.say("telegram.chosen", label=name) if data.startswith(chosen) else name
            line.append({"text": shows} | ({"url": url} if url else {"callback_data": data}))
        made.append(line)
    before = [[text for text, _, _ in row] for row in rows]
    return None if [[one["text"] for one in row] for row in made] == before else {"inline_keyboard": made}


def label(text: str) -> str:
    """What stands on a button; "" for nothing that could be seen."""
    seen = " ".join(shown(text).split())
    return "" if seen == "…" else seen[:LONGEST_LABEL]


def _actions(buttons: Iterable[Button], made: Keyboard) -> Iterator[tuple[Button, dict[str, str]]]:
    """Those buttons that Telegram can show, with their actions."""
    for button in buttons:
        if button.kind == "url" and openable(button.value):
            yield button, {"url": button.value}
        elif button.kind in {"say", "act"}:
            yield button, made.data(SAY if button.kind == "say" else ACT, button.value)

"""What goes out to a channel: words, chips and buttons, free of any channel's markup."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chip:
    """A source a rider can open: `title` on the chip; `source`, `date` and `text` (the passage) when it is opened."""

    policy: str
    title: str
    source: str
    date: str
    passage: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap. `kind` is say (sends `value` as a text), act (does `value`, see `Talk.act`), url (opens it; geo: and
    tel: are for channels that can), dial (a telephone number) or locate (shares the rider's location).
    """

    label: str
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class StationCard:
    """One station as a rider sees it: `state` is open, closed or unknown; `lines` what is worth knowing, nearest first.

    `distance_m` is None where nobody said where they are; `open_until` an ISO moment, "" where it is not known.
    """

    id: str
    name: str
    state: str
    lines: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    distance_m: int | None = None
    open_until: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One reply in words.

    `text` is the whole reply for a channel that shows plain text (sources included); `body` is the same without the
    lines about sources, for a channel that shows `chips`; `spoken` is what a voice should read.
    `kind` is answer, refusal, stations, clarify, emergency, smalltalk or flow. `quick_replies` are texts that a tap sends.
    `dial` holds telephone numbers worth a button. `rateable` says whether 有用/没用 makes sense. `stations` are cards whose words
    are in `text` as well; `buttons` belong to the whole message. `flow` names what a message has started (lesson, mydata …).
    `read_aloud` is what to read to an emergency operator.
    """

    kind: str
    text: str
    body: str
    chips: tuple[Chip, ...] = ()
    quick_replies: tuple[str, ...] = ()
    dial: tuple[str, ...] = ()
    rateable: bool = False
    asks_location: bool = False
    stations: tuple[StationCard, ...] = ()
    buttons: tuple[Button, ...] = ()
    flow: str = ""
    read_aloud: str = ""
    release: str = ""
    milliseconds: float = 0.0

    @property
    def spoken(self) -> str:
        """The body in one breath, for the browser's voice."""
        return " ".join(line.strip() for line in self.body.splitlines() if line.strip())


def mended(text: str) -> str:
    """Half a character (an emoji cut by a keyboard, a byte that was no UTF-8) as a question mark: no encoding can carry it."""
    return text.encode("utf-8", "replace").decode("utf-8")

"""What arrived, in our own words: as much of an update as its answer needs, and no name of anybody."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.channels.telegram.stripping import stripped
from bot.dialogue.message import mended
from bot.storage.inbox import Row

KINDS = frozenset(("text", "location", "tap", "voice", "picture", "sticker", "contact", "other", "gone", "unreadable"))
Rows = tuple[tuple[tuple[str, str, str], ...], ...]  # an inline keyboard: (text, callback data, url) by row


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update. `kind` is one of KINDS: "gone" says that somebody has blocked the bot; "unreadable" cannot be decoded.

    `text` is what was typed, without the bot's name; `data` what a tapped button carries, `query` the tap's id, `keyboard` the
    buttons it was among. `quoted` is the message that the answer quotes, 0 for none. `album` is shared by pictures sent together.
    `location` is WGS-84 (lat, lon) and never stored; `lost` says that something was left out when this was stored.
    """

    number: int
    kind: str
    chat: int = 0
    private: bool = True
    language: str = "zh"
    text: str = ""
    message: int = 0
    quoted: int = 0
    edited: bool = False
    album: str = ""
    query: str = ""
    data: str = ""
    keyboard: Rows = ()
    location: tuple[float, float] | None = None
    lost: bool = False

    @property
    def request(self) -> str:
        """The name of this update for `Talk`."""
        return f"tg:{self.number}"

    @property
    def conversation(self) -> str:
        """The name of its chat for `Talk`."""
        return conversation_of(self.chat)

    def stored(self) -> Row:
        """The row of the inbox: without the location, and without words that look like membership or like a personal number."""
        text, lost = stripped(self.text)
        kept = replace(self, text=text, location=None, lost=lost or self.location is not None)
        body = {name: value for name, value in asdict(kept).items() if value != _DEFAULTS.get(name, "") and name != "number"}
        return Row(self.number, self.conversation, self.kind, mended(json.dumps(body, ensure_ascii=False)))


def restored(row: Row) -> Arrival:
    """What a row of the inbox tells."""
    body: dict[str, Any] = json.loads(row.body)
    keyboard = tuple(tuple((str(t), str(d), str(u)) for t, d, u in line) for line in body.pop("keyboard", ()))
    return Arrival(number=row.number, keyboard=keyboard, **body)


def conversation_of(chat: int) -> str:
    """The name of a chat for `Talk`."""
    return f"tg:{chat}"


_DEFAULTS: dict[str, object] = {
    name: field.default for name, field in Arrival.__dataclass_fields__.items() if name not in {"number", "kind"}
}

"""Text and what is bold or a link in it, as Telegram takes both.

Sent as plain text with explicit entities, never as HTML or Markdown: nothing in a text can then be taken for markup, so there is
nothing to escape and no parser to refuse it. Positions are characters here and UTF-16 units on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MOST_ENTITIES = 100  # Telegram ignores the rest
# What Telegram throws out of a text or shows as nothing: control characters, line and direction marks, fillers. Emoji joiners stay.
_UNSEEN = re.compile("[\u0000-\u0009\u000b-\u001f\u007f\u0085\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e001f]")
_BLANK = re.compile(
    "[\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0020-\U000e01ef]*"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` are bold, or a link to `url`."""

    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Styled:
    """A text and its spans, in order, not overlapping."""

    text: str
    spans: tuple[Span, ...] = ()

    @property
    def units(self) -> int:
        """Its length as Telegram counts it."""
        return units(self.text)

    def piece(self, start: int, end: int) -> Styled:
        """A part, without blanks around it; a span that reaches beyond is cut."""
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        held = (Span(max(one.start, start) - start, min(one.end, end) - start, one.url) for one in self.spans)
        return Styled(self.text[start:end], tuple(span for span in held if span.end > span.start))

    def entities(self) -> list[dict[str, Any]]:
        """The spans as Telegram's entities."""
        return [
            {
                "type": "text_link" if span.url else "bold",
                "offset": units(self.text[: span.start]),
                "length": units(self.text[span.start : span.end]),
            } | ({"url": span.url} if span.url else {})
            for span in self.spans[:MOST_ENTITIES]
        ]  # fmt: skip


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown(text: str) -> str:
    """The text without what Telegram would not show; an ellipsis where nothing is left, because it refuses an empty message."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    text = _UNSEEN.sub(lambda found: " " if found[0] == "\t" else "", text).strip()
    return "…" if _BLANK.fullmatch(text) else text


def styled(text: str, spans: Iterable[Span]) -> Styled:
    """A text with those spans that are in it and do not overlap an earlier one."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if 0 <= span.start < span.end <= len(text) and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return Styled(text, tuple(kept))


def openable(url: str) -> bool:
    """Whether Telegram opens this address: a web address with a host that has a dot."""
    if re.search(r"\s", url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "").strip(".")

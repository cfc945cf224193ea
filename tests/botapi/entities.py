"""Text as Telegram takes it: HTML markup to text and entities, with the refusals of Telegram's own parser.

Follows the rules and wording of tdlib's `parse_html` (td/telegram/MessageEntity.cpp): a closed list of tags, strict nesting, four
named character references, offsets of problems in bytes and of entities in UTF-16 units. MarkdownV2 is refused: the product writes
HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.botapi.links import link_problem
from tests.botapi.refusing import bad

Entity = dict[str, Any]
_KINDS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']*)\s*(?:(=)\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]*(?=[\s>]))))?""")
_COMMANDS = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{4,32})?(?!\w)", re.ASCII)
_MENTIONS = re.compile(r"(?<!\w)@[A-Za-z]\w{3,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Formatted:
    """Plain text and its entities (offset and length in UTF-16 units)."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        """UTF-16 units: never less than the characters that Telegram counts, so a text that passes here passes there."""
        return units(self.text)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def formatted(text: str, mode: str | None, given: list[Entity] | None) -> Formatted:
    """What is shown for a text with a parse_mode or with entities; surrounding white space goes, as with Telegram."""
    if mode is None or mode == "":
        made = Formatted(text, tuple(given or ()))
        _check_given(made)
    elif mode.lower() == "html":
        if given:
            raise bad("entities and parse_mode in one request")
        made = _Reader(text).read()
    elif mode.lower() in {"markdown", "markdownv2"}:
        raise bad(f"parse_mode {mode} is not simulated; send HTML")
    else:
        raise bad("unsupported parse_mode")
    return _stripped(made)


def found(text: str) -> tuple[Entity, ...]:
    """The commands and mentions that Telegram finds by itself in what a person typed."""
    marks = [("bot_command", match) for match in _COMMANDS.finditer(text)] + [
        ("mention", match) for match in _MENTIONS.finditer(text)
    ]
    commands = [match.span() for kind, match in marks if kind == "bot_command"]
    return tuple(
        {"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])}
        for kind, match in sorted(marks, key=lambda mark: mark[1].start())
        if kind == "bot_command" or not any(start <= match.start() < end for start, end in commands)
    )


def decoded(text: str) -> str:
    """The four named references and the numeric ones as characters; anything else stays as written."""
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return html.unescape(f"&{match[3]};")
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else match[0]


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    start: int


class _Reader:
    """One reading of one marked-up text, left to right."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._at = 0
        self._shown = ""
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> Formatted:
        while self._at < len(self._markup):
            tag = self._markup.find("<", self._at)
            end = len(self._markup) if tag < 0 else tag
            self._shown += decoded(self._markup[self._at : end])
            self._at = end
            if tag >= 0 and self._markup.startswith("</", tag):
                self._close(tag)
            elif tag >= 0:
                self._begin(tag)
        if self._open:
            raise self._refused(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return Formatted(self._shown, tuple(sorted(self._entities, key=lambda one: (one["offset"], -one["length"]))))

    def _begin(self, begin: int) -> None:
        name = re.compile(r"[^\s>]*").match(self._markup, begin + 1)
        assert name is not None
        if name.end() == len(self._markup):
            raise self._refused(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = name[0].lower()
        if tag not in _KINDS:
            raise self._refused(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        self._at = name.end()
        argument = self._argument(tag, self._attributes(tag, begin), begin)
        self._open.append(_Open(tag, argument, units(self._shown), len(self._shown)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            rest = self._markup[self._at :].lstrip()
            self._at = len(self._markup) - len(rest)
            if rest.startswith(">"):
                self._at += 1
                return attributes
            match = _ATTRIBUTE.match(self._markup, self._at)
            assert match is not None
            self._check_attribute(match, tag, begin)
            attributes[match[1]] = next(
                (decoded(value) for value in match.group(3, 4) if value is not None), (match[5] or "").lower()
            )
            self._at = match.end()

    def _check_attribute(self, match: re.Match[str], tag: str, begin: int) -> None:
        where = f'the tag "{tag}" at byte offset {self._byte(begin)}'
        rest = self._markup[match.end() :]
        if not rest:
            named = "" if match[2] else f' "{tag}"'
            raise self._refused(f"Unclosed start tag{named} at byte offset {self._byte(begin)}")
        if not match[1]:
            raise self._refused(f"Empty attribute name in {where}")
        if not match[2]:
            if rest.startswith("="):
                raise self._refused(f"Unexpected end of name token at byte offset {self._byte(match.end() + 1)}")
            if (tag, match[1]) != ("blockquote", "expandable"):
                raise self._refused(f"Expected equal sign in declaration of an attribute of {where}")

    def _argument(self, tag: str, attributes: Mapping[str, str], begin: int) -> str:
        kind = attributes.get("class", "")
        if tag == "span" and kind != "tg-spoiler":
            raise self._refused(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        if tag == "tg-emoji" and not re.fullmatch(r"[1-9]\d*", attributes.get("emoji-id", "")):
            raise self._refused("Invalid custom emoji identifier specified")
        if tag == "code":
            return kind.removeprefix("language-") if kind.startswith("language-") else ""
        if tag == "blockquote":
            return "1" if "expandable" in attributes else ""
        return attributes.get({"a": "href", "tg-emoji": "emoji-id"}.get(tag, ""), "")

    def _close(self, begin: int) -> None:
        if not self._open:
            raise self._refused(f"Unexpected end tag at byte offset {self._byte(begin)}")
        match = re.compile(r"</([^\s>]*)\s*(>?)").match(self._markup, begin)
        assert match is not None
        if not match[2]:
            raise self._refused(f"Unclosed end tag at byte offset {self._byte(begin)}")
        opened = self._open.pop()
        if match[1] and match[1].lower() != opened.tag:
            raise self._refused(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found "</{match[1]}>"'
            )
        self._at = match.end()
        length = units(self._shown) - opened.offset
        if length:
            self._entities.extend(self._entity(opened, length))

    def _entity(self, opened: _Open, length: int) -> list[Entity]:
        entity: Entity = {"type": _KINDS[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            url = opened.argument or self._shown[opened.start :]
            return [] if link_problem(url) else [entity | {"url": url}]  # Telegram drops the link and shows its text
        if opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        if opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.argument
        if opened.tag == "code" and opened.argument and self._open and self._open[-1].tag == "pre":
            return [entity | {"type": "pre", "language": opened.argument}]
        inside = {"offset": opened.offset, "length": length, "type": "pre"}
        if opened.tag == "pre" and any(inside.items() <= other.items() for other in self._entities):
            return []  # <pre><code class="language-…"> is one entity
        return [entity]

    def _byte(self, place: int) -> int:
        return len(self._markup[:place].encode())

    @staticmethod
    def _refused(reason: str) -> Exception:
        return bad(f"can't parse entities: {reason}")


def _check_given(made: Formatted) -> None:
    for entity in made.entities:
        if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > made.length:
            raise bad(f"entity {entity['type']} at {entity['offset']} lies outside the text")
        if entity["type"] == "text_link" and (problem := link_problem(entity.get("url", ""))):
            raise bad(f"entity URL '{entity.get('url', '')}' is invalid: {problem}")


def _stripped(made: Formatted) -> Formatted:
    text = made.text.strip()
    cut = units(made.text[: len(made.text) - len(made.text.lstrip())])
    kept = []
    for entity in made.entities:
        start, end = max(entity["offset"] - cut, 0), min(entity["offset"] - cut + entity["length"], units(text))
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return Formatted(text, tuple(kept))

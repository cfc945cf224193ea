"""Policy files to `Policy` values; everything wrong with them said at once, with file, line and remedy.

    python -m knowledge.policies DIRECTORY      checks a folder of policies by hand

The format is DESIGN §5; docs/library.md explains it to the people who write it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from knowledge.errors import Fault, LibraryError
from knowledge.model import Confidence, Policy, Source

TOPICS = frozenset(
    (
        "stations heat cold first-aid carbon-monoxide fire work-relation occupational-injury "
        "work-injury pay insurance union work-age vehicle traffic fatigue accident party privacy "
        "fraud health digital hotline background limits"
    ).split()
)
AUDIENCES = frozenset(["all", "rider", "courier", "ride_hailing", "trucker", "party_member"])
REQUIRED = ("id", "title", "topic", "source", "confidence")
KEYS = frozenset(
    (*REQUIRED, "audience", "facts", "valid_from", "valid_to", "superseded_by", "reviewed", "asks"),
)
SOURCE_KEYS = frozenset(("name", "issuer", "number", "url"))
IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ASK = 120
LONGEST_BODY = 4000


@dataclass(slots=True)
class _Reading:
    """A file being read: its name, the faults found so far, and the line of each key."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, line, what, remedy))


@dataclass(frozen=True, slots=True)
class _Value:
    """A front matter value with the line it stands on (1 is the file's first)."""

    value: object
    line: int


def read_library(folder: Path) -> tuple[Policy, ...]:
    """Every policy under `folder/policies` (or `folder`, if it has no such sub-folder), in order of id.

    Raises LibraryError with all faults of all files.
    """
    root = folder / "policies" if (folder / "policies").is_dir() else folder
    if not root.is_dir():
        raise LibraryError([Fault(str(folder), 0, "no such folder", "name a folder that holds policies/*.md")])
    paths = sorted(path for path in root.rglob("*.md") if path.is_file() and not path.name.startswith("."))
    if not paths:
        raise LibraryError([Fault(str(root), 0, "no policy files", "put at least one policy (*.md) there")])
    read: list[tuple[Policy, _Reading]] = []
    faults: list[Fault] = []
    for path in paths:
        reading = _Reading(path.relative_to(folder).as_posix())
        policy = _read_file(path, reading)
        faults += reading.faults
        if policy is not None and not reading.faults:
            read.append((policy, reading))
    faults += _across_files(read, {path.stem for path in paths})
    if faults:
        raise LibraryError(faults)
    return tuple(sorted((policy for policy, _ in read), key=lambda policy: policy.id))


def _read_file(path: Path, reading: _Reading) -> Policy | None:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        reading.fault(1, "is not UTF-8", "save the file as UTF-8")
        return None
    except OSError as cause:
        reading.fault(1, f"cannot be read ({cause.strerror})", "make it readable")
        return None
    return _parse(text, path.stem, reading)


def _parse(text: str, stem: str, reading: _Reading) -> Policy | None:
    """One policy from the text of its file; None, with faults noted, where that is impossible."""
    split = _front_matter(text, reading)
    if split is None:
        return None
    keys, body, body_line = split
    reading.lines = {name: value.line for name, value in keys.items()}
    before = len(reading.faults)
    for name in REQUIRED:
        if name not in keys:
            reading.fault(1, f"lacks `{name}`", f"add `{name}: …` between the two --- lines")
    for name in keys.keys() - KEYS:
        known = ", ".join(sorted(KEYS))
        reading.fault(keys[name].line, f"unknown key `{name}`", f"remove it or use one of: {known}")
    policy = _build(keys, body, body_line, stem, reading)
    return policy if len(reading.faults) == before else None


def _front_matter(text: str, reading: _Reading) -> tuple[dict[str, _Value], str, int] | None:
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines or lines[0].strip() != "---":
        reading.fault(1, "does not begin with front matter", "begin the file with a line ---")
        return None
    try:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == "---")
    except StopIteration:
        reading.fault(1, "front matter is not closed", "close it with a line ---")
        return None
    try:
        node = yaml.compose("\n".join(lines[1:end]), Loader=yaml.SafeLoader)
    except yaml.YAMLError as cause:
        mark = getattr(cause, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 2
        problem = getattr(cause, "problem", None) or "not YAML"
        reading.fault(line, f"broken front matter ({problem})", 'put values with ": " or leading symbols in quotes')
        return None
    if not isinstance(node, yaml.MappingNode):
        reading.fault(2, "front matter is not a list of `key: value` lines", "write `key: value`, one a line")
        return None
    return _mapping(node, reading), "\n".join(lines[end + 1 :]).strip(), end + 2


def _mapping(node: yaml.MappingNode, reading: _Reading) -> dict[str, _Value]:
    found: dict[str, _Value] = {}
    loader = yaml.SafeLoader("")
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 2
        name = str(key_node.value)
        if name in found:
            reading.fault(line, f"key `{name}` stands twice", "keep one of them")
        try:
            value = loader.construct_object(value_node, deep=True)
        except (yaml.YAMLError, ValueError) as cause:
            reading.fault(line, f"`{name}` cannot be read ({cause})", "write dates as 2026-01-31, text in quotes")
            continue
        found[name] = _Value(value, line)
    return found


def _build(keys: dict[str, _Value], body: str, body_line: int, stem: str, reading: _Reading) -> Policy | None:
    take = _Taker(keys, reading)
    identifier = take.text("id")
    if identifier and not IDENTIFIER.fullmatch(identifier):
        take.fault("id", f"id {identifier!r} is not lower-case words joined by hyphens", "write e.g. heat-stop-work")
    elif identifier and identifier != stem:
        take.fault("id", f"id {identifier!r} differs from the file name", f"name the file {identifier}.md")
    topic = take.one_of("topic", TOPICS)
    confidence = take.one_of("confidence", frozenset(Confidence))
    source = take.source()
    paragraphs, correction = split_body(body)
    if not paragraphs:
        reading.fault(body_line, "has no text below the front matter", "write the answer as short paragraphs")
    if len(body) > LONGEST_BODY:
        reading.fault(body_line, f"text is longer than {LONGEST_BODY} characters", "split it into several policies")
    asks = take.texts("asks")
    for ask in asks:
        if len(ask) > LONGEST_ASK:
            take.fault("asks", f"an ask is longer than {LONGEST_ASK} characters", "write it as a rider would type it")
    audience = take.texts("audience") or ("all",)
    if unknown := set(audience) - AUDIENCES:
        take.fault("audience", f"unknown audience {sorted(unknown)[0]!r}", f"use {', '.join(sorted(AUDIENCES))}")
    valid_from, valid_to = take.day("valid_from"), take.day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        take.fault("valid_to", "valid_to lies before valid_from", "exchange or correct the dates")
    superseded_by, reviewed, facts, title = (
        take.text("superseded_by"),
        take.day("reviewed"),
        take.texts("facts"),
        take.text("title"),
    )
    if reading.faults or source is None:
        return None
    return Policy(
        id=identifier, title=title, topic=topic, source=source, confidence=Confidence(confidence),
        paragraphs=paragraphs, correction=correction, audience=audience, facts=facts, asks=asks,
        valid_from=valid_from, valid_to=valid_to, superseded_by=superseded_by, reviewed=reviewed,
    )  # fmt: skip


def split_body(body: str) -> tuple[tuple[str, ...], str]:
    """The paragraphs of a body, and its correction: the paragraph written as a quotation (`> 不是……,而是……。`)."""
    paragraphs: list[str] = []
    corrections: list[str] = []
    for block in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        quoted = [line.lstrip("> ").strip() for line in lines if line.startswith(">")]
        plain = [line for line in lines if not line.startswith(">")]
        corrections += quoted
        if plain:
            paragraphs.append(_joined(plain))
    return tuple(paragraphs), "".join(corrections)


def _joined(lines: list[str]) -> str:
    """List items keep their lines; lines that were only wrapped are joined without a space, as Chinese is."""
    text = lines[0]
    for line in lines[1:]:
        text += ("\n" if re.match(r"(?:[-*•]|\d+[.、)]|[①-⑩])", line) else "") + line
    return text


class _Taker:
    """Takes typed values out of the front matter and notes what does not fit."""

    def __init__(self, keys: dict[str, _Value], reading: _Reading) -> None:
        self._keys = keys
        self._reading = reading

    def fault(self, name: str, what: str, remedy: str) -> None:
        line = self._keys[name].line if name in self._keys else 1
        self._reading.fault(line, what, remedy)

    def text(self, name: str) -> str:
        found = self._keys.get(name)
        if found is None or (found.value is None and name not in REQUIRED):
            return ""
        if found.value is None or found.value == "" or str(found.value).isspace():
            self.fault(name, f"`{name}` is empty", f"write `{name}: …`" + ("" if name in REQUIRED else " or leave it out"))
            return ""
        if not isinstance(found.value, str):
            self.fault(name, f"`{name}` is not text", "write text, in quotes if it looks like a number or a date")
            return ""
        return found.value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._keys.get(name)
        if found is None or found.value is None:
            return ()
        values = found.value if isinstance(found.value, list) else [found.value]
        if not all(_is_text(value) for value in values):
            self.fault(name, f"`{name}` is not a list of texts", 'write one item a line: "- …", in quotes if it has ": "')
            return ()
        return tuple(dict.fromkeys(str(value).strip() for value in values))

    def day(self, name: str) -> date | None:
        found = self._keys.get(name)
        if found is None or found.value is None:
            return None
        if type(found.value) is date:
            return found.value
        try:
            return date.fromisoformat(str(found.value))
        except ValueError:
            self.fault(name, f"`{name}` {str(found.value)!r} is not a date", "write it as 2026-01-31")
            return None

    def one_of(self, name: str, allowed: frozenset[str]) -> str:
        value = self.text(name)
        if value and value not in allowed:
            self.fault(name, f"unknown {name} {value!r}", f"use one of: {', '.join(sorted(allowed))}")
        return value

    def source(self) -> Source | None:
        found = self._keys.get("source")
        if found is None:
            return None
        name = found.value.get("name") if isinstance(found.value, dict) else None
        if not isinstance(found.value, dict) or not isinstance(name, str) or not name.strip():
            self.fault("source", "`source` lacks `name`", "write `source:` and below it, indented, `name: …`")
            return None
        if unknown := found.value.keys() - SOURCE_KEYS:
            self.fault("source", f"unknown key `source.{sorted(unknown)[0]}`", f"use {', '.join(sorted(SOURCE_KEYS))}")
            return None
        values = {name: str(value).strip() for name, value in found.value.items() if value is not None}
        url = values.get("url", "")
        if url and not re.match(r"https?://\S+$", url):
            self.fault("source", "`source.url` is not a web address", "begin it with https:// or leave it out")
        return Source(**values)


def _is_text(value: object) -> bool:
    """Whether an item of a list is text, or a number that was meant as text; YAML takes yes and no for truth values."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and bool(str(value).strip())


def _across_files(read: Iterable[tuple[Policy, _Reading]], names: set[str]) -> Iterable[Fault]:
    """Ids used twice, and followers that do not exist; `names` are the ids of all files, faulty ones too."""
    first: dict[str, str] = {}
    for policy, reading in read:
        if policy.id in first:
            what = f"id {policy.id!r} is used by two files, this one and {first[policy.id]}"
            yield Fault(reading.file, reading.lines["id"], what, "give one of them another id and file name")
        first.setdefault(policy.id, reading.file)
        if policy.superseded_by and policy.superseded_by not in names:
            what = f"superseded_by {policy.superseded_by!r} does not exist"
            yield Fault(reading.file, reading.lines["superseded_by"], what, "name an existing id")


def main(argv: list[str], write: Callable[[str], object] = print) -> int:
    """Check a folder and say how many policies it holds; 1 if something is wrong with them."""
    if len(argv) != 1:
        write("usage: python -m knowledge.policies DIRECTORY")
        return 2
    try:
        policies = read_library(Path(argv[0]))
    except LibraryError as error:
        write(str(error))
        return 1
    write(f"{len(policies)} policies, {sum(len(policy.asks) for policy in policies)} asks, no faults")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

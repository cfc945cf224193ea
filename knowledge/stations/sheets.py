"""Station files as plain cells: .yaml, .csv (UTF-8 with or without a mark, GB18030) and .xlsx, hostile ones refused.

Limits: 20 MB on disk, 100 MB unpacked, 64 columns, 200,000 rows. A workbook with formulas is refused as a whole: what stands
in its cells is not what its author sees.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import yaml

from knowledge.stations.model import RowFault

LARGEST = 20_000_000  # bytes
UNPACKED = 100_000_000  # bytes
MOST_ROWS = 200_000
MOST_COLUMNS = 64
HEADER_WITHIN = 10  # rows
KINDS = (".yaml", ".yml", ".csv", ".xlsx")


class BadSheet(Exception):
    """A file that cannot be read at all; holds the one fault."""

    def __init__(self, fault: RowFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells as text: rows of (line, heading → text). `headings` are as written; `settings` what stands before the header."""

    headings: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]]]
    settings: dict[str, str]


def read_sheet(path: Path, wanted: frozenset[str]) -> Sheet:
    """The cells of a file; the header is the first row with at least two of the headings `wanted`. Raises BadSheet."""
    name, ending = path.name, path.suffix.lower()
    if ending not in KINDS:
        raise _bad(name, f"a station file ends in {', '.join(KINDS)}")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise _bad(name, f"larger than {LARGEST // 1_000_000} MB; split it")
        if ending == ".xlsx":
            return _with_header(name, _workbook_rows(path), wanted)
        text = _decoded(name, path.read_bytes())
    except OSError as cause:
        raise _bad(name, f"cannot be read ({cause.strerror or cause})") from cause
    if ending == ".csv":
        return _with_header(name, _csv_rows(text), wanted)
    return _yaml_sheet(name, text)


def _bad(name: str, reason: str, line: int = 0, value: str = "") -> BadSheet:
    return BadSheet(RowFault(name, line, "", reason, value[:60]))


def _decoded(name: str, data: bytes) -> str:
    if b"\0" in data[:4096]:
        raise _bad(name, "is no text file; save it as UTF-8")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _bad(name, "is neither UTF-8 nor GB18030; save it as UTF-8")


def _with_header(name: str, rows: Iterator[tuple[int, list[str]]], wanted: frozenset[str]) -> Sheet:
    settings: dict[str, str] = {}
    for line, cells in islice(rows, HEADER_WITHIN):
        headings = [cell.strip() for cell in cells]
        if len({heading.lower() for heading in headings} & wanted) >= 2:
            doubled = next((one for one in headings if one and headings.count(one) > 1), "")
            if doubled:
                raise _bad(name, "a column stands there twice", line, doubled)
            return Sheet(tuple(one for one in headings if one), _bodies(name, rows, headings), settings)
        filled = [cell for cell in headings if cell]
        if len(filled) == 2:
            settings[filled[0].lower().rstrip(":：")] = filled[1]
    raise _bad(name, f"has no header within its first {HEADER_WITHIN} rows; name the columns as docs/stations.md does")


def _bodies(name: str, rows: Iterator[tuple[int, list[str]]], headings: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for count, (line, cells) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise _bad(name, f"has more than {MOST_ROWS} rows; split it", line)
        body = {heading: cell.strip() for heading, cell in zip(headings, cells, strict=False) if heading and cell.strip()}
        if body:
            yield line, body


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    sample = text[:4096]
    delimiter = max(",\t;", key=sample.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field of more than 128 KB, from an unclosed quote
            yield line, ["\N{REPLACEMENT CHARACTER}"]
            return
        yield line, cells[:MOST_COLUMNS]


def _workbook_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # 0.3 s, and only needed for workbooks

    _check_archive(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as cause:  # openpyxl lets through whatever zipfile, XML and its own descriptors raise
        raise _bad(path.name, "is no workbook that can be read; save it again as .xlsx") from cause
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says about its size is not to be believed
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + HEADER_WITHIN + 1)
        for line, cells in enumerate(rows, 1):
            formula = next((cell for cell in cells if cell.data_type == "f"), None)
            if formula is not None:
                raise _bad(path.name, "holds formulas; paste it as values", line, str(formula.value))
            yield line, [_written(cell.value) for cell in cells]
    except BadSheet:
        raise
    except Exception as cause:
        raise _bad(path.name, "is damaged; save it again as .xlsx") from cause
    finally:
        book.close()


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > UNPACKED or len(parts) > 1000:
                raise _bad(path.name, f"unpacks to more than {UNPACKED // 1_000_000} MB; copy the stations to a new workbook")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!" in opened.read(2048).replace(b"<!--", b""):
                            raise _bad(path.name, "declares XML entities; copy the stations to a new workbook")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as cause:
        raise _bad(path.name, "is no workbook; save it as .xlsx") from cause


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _yaml_sheet(name: str, text: str) -> Sheet:
    """A list of stations, or a mapping with `stations` and what holds for all of them."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as cause:
        line = cause.problem_mark.line + 1 if cause.problem_mark else 0
        raise _bad(name, f"is no YAML: {cause.problem}", line) from cause
    except (yaml.YAMLError, RecursionError) as cause:
        raise _bad(name, "is no YAML that can be read") from cause
    settings: dict[str, str] = {}
    if isinstance(root, yaml.MappingNode):
        entries = {_scalar(key): value for key, value in root.value}
        settings = {key.lower(): _scalar(value) for key, value in entries.items() if isinstance(value, yaml.ScalarNode)}
        root = entries.get("stations") or entries.get("驿站")
    if not isinstance(root, yaml.SequenceNode):
        raise _bad(name, "holds no list of stations")
    if len(root.value) > MOST_ROWS:
        raise _bad(name, f"has more than {MOST_ROWS} rows; split it")
    headings = dict.fromkeys(_scalar(key) for node in root.value if isinstance(node, yaml.MappingNode) for key, _ in node.value)
    return Sheet(tuple(headings), ((node.start_mark.line + 1, _mapping(node)) for node in root.value), settings)


def _mapping(node: yaml.Node) -> dict[str, str]:
    if not isinstance(node, yaml.MappingNode):
        return {"": _scalar(node)}
    found: dict[str, str] = {}
    for key, value in node.value:
        parts = value.value if isinstance(value, yaml.SequenceNode) else [value]
        text = "\n".join(_scalar(part) for part in parts)
        if text.strip():
            found[_scalar(key)] = text.strip()
    return found


def _scalar(node: yaml.Node) -> str:
    """A scalar as it is written, whatever YAML makes of 08:00 or 2026-01-01; "" for null and for what is no scalar."""
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return ""
    value: str | date = node.value
    return str(value)

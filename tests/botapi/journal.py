"""A file that says what was delivered, for tests that kill processes: one JSON line an event, on disk before the answer."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Entry:
    """`event` is message, edit or delete; `at` is Telegram's clock in seconds."""

    event: str
    chat_id: int
    message_id: int
    text: str
    at: int


class Journal:
    """Appends to a file, or does nothing where there is none."""

    def __init__(self, path: Path | None = None) -> None:
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    def write(self, event: str, chat_id: int, message_id: int, text: str, at: int) -> None:
        """Add a line and wait until it is on disk."""
        if self._file is None:
            return
        self._file.write(json.dumps(asdict(Entry(event, chat_id, message_id, text, at)), ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def read_journal(path: Path) -> list[Entry]:
    """All whole lines of a journal; a line cut short by a kill is left out."""
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return [Entry(**json.loads(line)) for line in lines[:-1]]

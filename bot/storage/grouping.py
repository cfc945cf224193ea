"""One thread that writes for many: what waits at the same moment goes to disk in one transaction.

A commit waits for the disk; thirty together wait once. What is written here is on disk when its future is done.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from bot.errors import StorageError

Result = TypeVar("Result")
TOGETHER = 256  # pieces of work in one transaction
YIELD = 0.002  # seconds before each transaction: others get the database, and more pieces come together


@dataclass(frozen=True, slots=True)
class _Piece:
    work: Callable[[Connection], Any]
    done: Future[Any]


class GroupWriter:
    """Carries out pieces of work in the order they came. Each sees what those before it wrote; one that fails harms no other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-writer", daemon=True)

    def start(self) -> None:
        """Begin; what was submitted before is carried out first."""
        self._thread.start()

    def stop(self) -> None:
        """Carry out what waits, then end. Submit nothing afterwards."""
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def submit(self, work: Callable[[Connection], Result]) -> Future[Result]:
        """Its result once it is committed; StorageError where the database cannot be written."""
        done: Future[Result] = Future()
        self._waiting.put(_Piece(work, done))
        return done

    def _run(self) -> None:
        ended = False
        while not ended:
            pieces = [self._waiting.get()]
            while pieces[-1] is not None and len(pieces) < TOGETHER:
                try:
                    pieces.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            ended = pieces[-1] is None
            time.sleep(YIELD)
            self._write([piece for piece in pieces if piece is not None and piece.done.set_running_or_notify_cancel()])

    def _write(self, pieces: list[_Piece]) -> None:
        try:
            with self._engine.begin() as connection:
                if self._engine.dialect.name == "sqlite":  # at once a writer: no other's write can come between a read and ours
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                results = [piece.work(connection) for piece in pieces]
        except Exception as cause:  # noqa: BLE001 - every failure belongs to a future, and this thread must go on
            self._fail(pieces, cause)
        else:
            for piece, result in zip(pieces, results, strict=True):
                piece.done.set_result(result)

    def _fail(self, pieces: list[_Piece], cause: Exception) -> None:
        """A database that cannot be written fails all of them; else each is tried alone, so that one defect stays its own."""
        if len(pieces) > 1 and not isinstance(cause, OperationalError):
            for piece in pieces:
                self._write([piece])
            return
        for piece in pieces:
            piece.done.set_exception(self._translated(cause))

    def _translated(self, cause: Exception) -> Exception:
        if not isinstance(cause, OperationalError | self._engine.dialect.loaded_dbapi.Error):
            return cause
        error = StorageError(f"the database cannot be written ({getattr(cause, 'orig', None) or type(cause).__name__})")
        error.__cause__ = cause
        return error

"""How a command talks: results on stdout, one clear line on stderr for each trouble, and the exit status that goes with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import BotError
from knowledge.errors import KnowledgeError, LibraryError, StationsUnavailable

REFUSED, BAD_INPUT = 1, 2  # exit statuses
Data = Annotated[Path | None, typer.Option(help="Folder for everything that is kept (default ./var).")]


def say(line: object) -> None:
    """A line for the person at the terminal; results go to stdout instead."""
    print(f"redstation: {line}", file=sys.stderr)


def fail(line: object, status: int = BAD_INPUT) -> NoReturn:
    """One clear line on stderr, and the exit status."""
    say(line)
    raise typer.Exit(status)


def confirmed(question: str) -> bool:
    """Whether somebody there says yes; nobody there says no."""
    try:
        return typer.confirm(question, default=True, err=True)
    except typer.Abort:
        return False


@contextmanager
def told() -> Iterator[None]:
    """Every trouble that a command may meet ends as one line, faults of a library as a line each."""
    try:
        yield
    except LibraryError as error:
        for fault in error.faults:
            say(fault)
        raise typer.Exit(REFUSED) from error
    except StationsUnavailable as error:
        cause = error.__cause__
        fail(f"{error} ({getattr(cause, 'orig', cause)}); free some disk space or choose --data")
    except (BotError, KnowledgeError) as error:
        fail(error)
    except SQLAlchemyError as error:
        fail(f"the database cannot be used ({getattr(error, 'orig', error)}); free some disk space or choose --data")
    except BrokenPipeError as error:  # the reader of our results has gone (… | head -1): nobody is left to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(REFUSED) from error
    except OSError as error:
        fail(f"{error.filename or 'a file'}: {error.strerror}; free some disk space or choose --data")


def day(at: datetime) -> str:
    """A day as this machine counts it."""
    return at.astimezone().strftime("%Y-%m-%d")


def minute(at: datetime) -> str:
    """A minute as this machine counts it."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")

"""The command line `redstation`: results on stdout, progress and trouble on stderr, exit 2 for bad input, 1 for a refusal.

The contract is DESIGN §6; tests and measurements depend on it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.administering import area_commands, invite, people_commands
from bot.app import Application, application, now, open_or_build
from bot.channels.telegram.options import options
from bot.checking import checks
from bot.dialogue.message import mended
from bot.dialogue.rendering import render
from bot.directing import station_commands
from bot.errors import BotError
from bot.jsonl import BadLine, read_question, reply_line, search_line
from bot.progress import shown_progress
from bot.settings import Settings, load_settings, settings_page
from bot.terminal import Data, confirmed, fail, say, told
from knowledge import Question
from knowledge.errors import Busy, LibraryError
from knowledge.reloading import Built

cli = typer.Typer(add_completion=False, no_args_is_help=True, help="红小驿 Red Station Assistant", pretty_exceptions_enable=False)
cli.command()(invite)
cli.add_typer(people_commands, name="people")
cli.add_typer(area_commands, name="areas")
cli.add_typer(station_commands, name="stations")


@contextmanager
def opened(data: Path | None, vectors: bool = True, **given: Any) -> Iterator[Application]:
    """The application with its release open; every trouble ends as one line."""
    with told(), application(load_settings(data=data, **given)) as app:
        with shown_progress() as progress:
            open_or_build(app, progress)
        if vectors:
            app.assistant.warm_up()
        yield app


@cli.command()
def run(data: Data = None, host: str | None = None, port: int | None = None) -> None:
    """Start everything that is configured; prints the addresses."""
    from bot.serving import address_in_use, serve

    settings = _settings(data=data, host=host, port=port)
    try:
        options(settings)
    except BotError as error:  # before a minute of building
        fail(str(error))
    if address_in_use(settings.host, settings.port):
        fail(f"port {settings.port} on {settings.host} is in use; stop the other program or choose --port")
    with opened(data, vectors=False, host=host, port=port) as app:
        serve(app, lambda line: print(line, file=sys.stderr, flush=True))


@cli.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in a rider's words.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Questions as JSON lines on stdin, replies on stdout.")] = False,
    data: Data = None,
) -> None:
    """One answer for people, or one a line with --jsonl. Writes nothing."""
    if jsonl == (question is not None):
        fail('give a question, as in: redstation ask "高温天几度停工", or --jsonl and lines on stdin')
    with opened(data) as app:
        if question is not None:
            question = mended(question)
            asked = Question(question, now())
            print(render(app.assistant.answer(asked), "zh", asked.asked_at, seed=question).text)
            return
        for item in _items():
            asked = Question(item.text, item.asked_at or now(), item.history, item.location)
            replied = app.assistant.answer(asked)
            print(reply_line(item.id, render(replied, "zh", asked.asked_at, seed=item.text)), flush=True)


@cli.command()
def search(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Questions as JSON lines on stdin.")] = False,
    k: Annotated[int, typer.Option(min=1, max=100, help="Hits a question.")] = 10,
    data: Data = None,
) -> None:
    """Retrieval alone: the policies found for each question."""
    if not jsonl:
        fail('search reads JSON lines: redstation search --jsonl < questions.jsonl with {"id", "q"} on each')
    with opened(data) as app:
        for item in _items():
            hits = app.assistant.search(Question(item.text, item.asked_at or now(), item.history), k)
            print(search_line(item.id, hits), flush=True)


@cli.command()
def reload(
    library: Annotated[
        Path | None, typer.Option(help="Folder of policies or articles (default: the data folder's library).")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the swap.")] = False,
    data: Data = None,
) -> None:
    """Build a release, show what it changes, and make it the live one."""
    with opened(data, vectors=False) as app:
        source = library or app.settings.library
        if not source.is_dir():
            fail(f"{source} is no folder; name a folder that holds policies/*.md or articles (*.txt)")
        with shown_progress() as progress:
            built = _build(app, source, progress)
        _show_difference(built)
        if not yes and not confirmed("make it live?"):
            app.reloader.discard(built.manifest.version)
            fail("not made live; the old version goes on answering", 1)
        app.reloader.activate(built.manifest.version)
        print(f"{built.manifest.version} is live: {built.manifest.policies} policies, {built.manifest.passages} passages")


@cli.command()
def rollback(
    version: Annotated[str | None, typer.Argument(help="A version from `redstation versions`.")] = None, data: Data = None
) -> None:
    """Make an older version live again: the one before, or the one named."""
    with opened(data, vectors=False) as app:
        manifest = app.reloader.roll_back(version)
        print(f"{manifest.version} is live: {manifest.policies} policies, {manifest.passages} passages")


@cli.command()
def versions(data: Data = None) -> None:
    """The versions that are kept, newest first; * marks the live one."""
    with opened(data, vectors=False) as app:
        for version, at, policies, passages, live in app.reloader.versions():
            stamp = at.astimezone().strftime("%Y-%m-%d %H:%M")
            print(f"{'*' if live else ' '} {version}  {stamp}  {policies} policies, {passages} passages")


@cli.command()
def check(data: Data = None) -> None:
    """Settings, database, release, model, HTTPS: one line each; exit 1 if something is wrong."""
    settings = _settings(data=data)
    wrong = False
    for ok, line in checks(settings):
        print(f"{'ok  ' if ok else 'WRONG'} {line}")
        wrong |= not ok
    raise typer.Exit(int(wrong))


@cli.command("settings", hidden=True)
def print_settings() -> None:
    """docs/settings.md, as it should be."""
    print(settings_page(), end="")


def _settings(**given: Any) -> Settings:
    try:
        return load_settings(**given)
    except BotError as error:
        fail(str(error))


def _build(app: Application, source: Path, progress: Any) -> Built:
    try:
        return app.reloader.build(source, progress)
    except LibraryError as error:
        for fault in error.faults:
            say(fault)
        fail(f"{len(error.faults)} fault(s); nothing was changed, the old version goes on answering", 1)
    except Busy as error:
        fail(f"{error}; try again when it is done", 1)


def _show_difference(built: Built) -> None:
    for mark, names in (("+", built.difference.added), ("~", built.difference.changed), ("-", built.difference.withdrawn)):
        for name in names[:20]:
            print(f"{mark} {name}", file=sys.stderr)
        if len(names) > 20:
            print(f"{mark} … and {len(names) - 20} more", file=sys.stderr)


def _items() -> Iterator[Any]:
    try:
        for number, line in enumerate(sys.stdin, 1):
            if line.strip():
                yield read_question(line, number)
    except BadLine as error:
        fail(str(error))
    except UnicodeDecodeError:
        fail("stdin is not UTF-8; save the file as UTF-8")


def main() -> None:
    """The console script."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="redstation: %(message)s")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    cli()


__all__ = ["datetime", "main"]

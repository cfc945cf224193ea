"""Progress of long work on stderr: a bar on a terminal, a line a step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.reloading import Progress

STEPS = {"read": "reading the library", "index": "indexing", "embed": "embedding"}


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A progress callback; nothing is shown until the first step."""
    if not sys.stderr.isatty():
        seen: set[str] = set()

        def say(step: str, _done: int, _total: int) -> None:
            if step not in seen:
                seen.add(step)
                print(f"redstation: {STEPS.get(step, step)} …", file=sys.stderr, flush=True)

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bars:
        tasks: dict[str, object] = {}

        def draw(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(STEPS.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]

        yield draw

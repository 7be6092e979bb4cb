"""Where output goes: documents and tables to stdout, everything said along the way to stderr."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType


def note(text: str) -> None:
    """A line for the person at the terminal, on stderr."""
    from rich.console import Console

    from ferbench.report.formatting import safe

    Console(stderr=True, soft_wrap=True).print(safe(text))


#: Columns of a table that goes into a pipe or a file, unless COLUMNS says otherwise.
PIPE_WIDTH = 240


def show(table: RenderableType, *, as_json: bool = False) -> None:
    """A table for the person: on stdout, or on stderr when stdout holds a JSON document."""
    from rich.console import Console

    stream = sys.stderr if as_json else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    Console(file=stream, width=width).print(table)


def print_json(document: Any) -> None:
    """The one JSON document of a command, on stdout."""
    from ferbench.canonical import finite

    sys.stdout.write(json.dumps(finite(document), indent=2, ensure_ascii=False) + "\n")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar with images/s and time left, on stderr, and only on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title, rate="", total=None)

        def advance(done: int, total: int) -> None:
            speed = bar.tasks[task].finished_speed or bar.tasks[task].speed or 0
            bar.update(task, completed=done, total=total, rate=f"{speed:.1f} images/s")

        yield advance

"""Where output goes: documents and tables to stdout, everything said along the way to stderr."""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ferbench.errors import MissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from rich.console import Console, RenderableType
    from rich.progress import Progress, ProgressColumn, TaskID


#: Columns of a table that goes into a pipe or a file, unless COLUMNS says otherwise.
PIPE_WIDTH = 240


def note(text: str, style: str = "") -> None:
    """A line for the person at the terminal, on stderr, whatever the text holds; nobody there is no error."""
    from ferbench.report.formatting import safe

    with suppress(BrokenPipeError):
        console_on(sys.stderr).print(safe(text, style), soft_wrap=True)


def show(table: RenderableType, *, as_json: bool = False, soft_wrap: bool = False) -> None:
    """A table for the person: on stdout, or on stderr when stdout holds a JSON document.

    `soft_wrap` leaves long lines whole: paths and commands that somebody copies.
    """
    if as_json:
        with suppress(BrokenPipeError):
            console_on(sys.stderr).print(table, soft_wrap=soft_wrap)
        return
    with output_to("stdout"):
        console_on(sys.stdout).print(table, soft_wrap=soft_wrap)


def console_on(stream: TextIO) -> Console:
    """A console that raises BrokenPipeError where rich's own would end the process with code 1."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    return Output(file=stream, width=width_for(stream))


def width_for(stream: TextIO) -> int | None:
    """Columns of an output: as many as COLUMNS says, else those of the terminal (None); rich would take 0 for true."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    return None if stream.isatty() and not columns else PIPE_WIDTH


def print_json(document: Any) -> None:
    """The one JSON document of a command, on stdout; in ASCII, since no encoding has every file name."""
    from ferbench.canonical import finite

    with output_to("stdout"):
        sys.stdout.write(json.dumps(finite(document), indent=2) + "\n")
        sys.stdout.flush()


@contextmanager
def output_to(name: str) -> Iterator[None]:
    """Turn what the system says about an output into an error; whoever closes a pipe has seen enough of it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise MissingError(
            f"The output was to be written to {name}.",
            f"The system says: {error.strerror}.",
            "Name a place that exists, may be written to and has room.",
        ) from error


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar with images/s and time left, on stderr, and only on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with terminal_bar(title, *columns) as (bar, task):

        def advance(done: int, total: int) -> None:
            speed = bar.tasks[task].finished_speed or bar.tasks[task].speed or 0
            bar.update(task, completed=done, total=total, rate=f"{speed:.1f} images/s")

        yield advance


@contextmanager
def download_bar(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar with bytes, their speed and time left, on stderr, and only on a terminal."""
    from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with terminal_bar(title, *columns) as (bar, task):
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def terminal_bar(title: str, *columns: ProgressColumn) -> Iterator[tuple[Progress, TaskID]]:
    """A bar of these columns behind its title, on stderr, and only on a terminal."""
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    from ferbench.report.formatting import safe

    console = Console(stderr=True)
    heading = TextColumn("{task.description}", markup=False)
    with Progress(heading, *columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield bar, bar.add_task(safe(title).plain, rate="", total=None)

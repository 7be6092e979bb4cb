"""stdout and stderr of the process: they take every text, and nobody but ferbench itself writes to stdout."""

from __future__ import annotations

import io
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn


class OwnOutput(io.TextIOWrapper):
    """stdout for the main thread; what other threads print goes to stderr, since ferbench has none that prints."""

    def write(self, text: str) -> int:
        """Write a text."""
        if threading.current_thread() is not threading.main_thread():
            return sys.stderr.write(text)
        return super().write(text)

    @property
    def buffer(self) -> BinaryIO:
        """What bytes are written to."""
        if threading.current_thread() is not threading.main_thread():
            return sys.stderr.buffer
        return super().buffer  # type: ignore[return-value]


def prepare_output() -> None:
    """Make stdout and stderr take every text, and give Python those that it was started without.

    What libraries below Python and processes that plugins start write to stdout goes to stderr.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
        elif isinstance(stream, io.TextIOWrapper):
            # Names of files may hold what no encoding has.
            stream.reconfigure(errors="backslashreplace")
    keep_stdout()


def keep_stdout() -> None:
    """Keep stdout for `sys.stdout` alone; where either stream has no number of the system's, nothing is done."""
    with suppress(OSError, ValueError, AttributeError):
        out, err = sys.stdout, sys.stderr
        own = os.dup(out.fileno())
        os.dup2(err.fileno(), out.fileno())
        buffer = io.BufferedWriter(io.FileIO(own, "w"))
        sys.stdout = OwnOutput(buffer, out.encoding, out.errors, line_buffering=os.isatty(own))


def close_output() -> None:
    """Write what is left; where that fails, Python must not fail at it when it closes stdout and stderr.

    Whatever is printed from now on, at the end of the process, goes to stderr.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.stdout = sys.stderr


def leave(status: int) -> NoReturn:
    """End the process; threads that plugins left running are not waited for, since they may never end."""
    left = [thread for thread in threading.enumerate() if not thread.daemon]
    if left != [threading.main_thread()]:
        os._exit(status)
    sys.exit(status)

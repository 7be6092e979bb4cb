"""Which plugin was called last, for whoever finds this process dead: a note that outlives it."""

from __future__ import annotations

import json
import mmap
import threading
from typing import TYPE_CHECKING

from ferbench.plugin_manager.strange_file import read_strange

if TYPE_CHECKING:
    from pathlib import Path

#: Bytes of a note, and characters of each of its four texts: what is longer is cut.
SIZE = 8192
LONGEST = 150


class Witness:
    """A file of two notes: which plugin the main thread called last, and which any other thread did."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(2 * SIZE))
        with path.open("r+b") as file:
            self._notes = mmap.mmap(file.fileno(), 2 * SIZE)
        self._last: dict[int, tuple[str, str]] = {}

    def note(self, plugin: str, distribution: str, version: str, asked: str) -> None:
        """Note a call, unless it is of the same plugin as the one before in its kind of thread."""
        place = 0 if threading.current_thread() is threading.main_thread() else 1
        if self._last.get(place) == (plugin, asked):
            return
        self._last[place] = (plugin, asked)
        text = json.dumps([text[:LONGEST] for text in (plugin, distribution, version, asked)]).encode()
        self._notes[place * SIZE : (place + 1) * SIZE] = text.ljust(SIZE, b"\0")


def read_notes(path: Path) -> list[list[str]]:
    """[plugin, distribution, version, what it was asked] of the main thread, then of the others; empty where none is.

    The process that wrote them ran strangers' code: whatever does not read as four texts is no note.
    """
    try:
        content = read_strange(path, 2 * SIZE)
    except OSError:
        content = b""
    notes = []
    for start in (0, SIZE):
        try:
            note = json.loads(content[start : start + SIZE].rstrip(b"\0"))
        except (ValueError, RecursionError):
            continue
        if isinstance(note, list) and len(note) == 4 and all(isinstance(text, str) for text in note):
            notes.append(note)
    return notes


_WITNESSES: list[Witness] = []


def testify(path: Path) -> None:
    """Note calls into plugins in a file from now on."""
    _WITNESSES.append(Witness(path))


def note_call(plugin: str, distribution: str, version: str, asked: str) -> None:
    """A plugin is called now, and for what; nobody takes notes unless `testify` was called."""
    for witness in _WITNESSES:
        witness.note(plugin, distribution, version, asked)

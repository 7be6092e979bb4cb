"""What a process did to the files of a folder, in order, as `strace` saw it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
_CALLS = "openat,pwrite64,write,ftruncate,unlink,fsync,fdatasync"
#: `PID CALL(ARGUMENTS) = RESULT`; every text in the arguments is in hexadecimal.
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
_HEX = re.compile(r"\\x([0-9a-f]{2})")
_TEXT = re.compile(r'"([^"]*)"')
_PLACE = re.compile(r"^\d+<([^>]*)>")


class CannotTraceError(Exception):
    """There is no strace here, or it may not look into processes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a process did: it wrote `content` at `offset` of a file, cut it to `offset` bytes, made or removed
    it, had it or its folder brought to the disk, or said `content`.
    """

    kind: Literal["write", "cut", "make", "remove", "settle", "settle folder", "say"]
    name: str = ""
    offset: int = 0
    content: bytes = b""


def changes_of(code: str, folder: Path, log: Path) -> list[Change]:
    """What some Python does to the files in a folder, and what it says on stdout, in order.

    Raises:
        CannotTraceError: there is no strace here, or it may not look into processes.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise CannotTraceError("there is no strace on this machine")
    options = ["-f", "-y", "-xx", "-s", str(1 << 24), "-e", f"trace={_CALLS}", "-o", log]
    command = [strace, *options, sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise CannotTraceError(done.stderr.strip())
    return list(changes(log.read_text(encoding="ascii").splitlines(), folder.resolve()))


def changes(lines: list[str], folder: Path) -> Iterator[Change]:
    """The changes in the lines of a log."""
    for line in lines:
        found = _LINE.match(line)
        if found and int(found[3]) >= 0:
            yield from change(found[1], found[2], folder)


def change(call: str, arguments: str, folder: Path) -> Iterator[Change]:
    """The change that a call made, if it was one of a file in the folder."""
    texts = [unhex(text) for text in _TEXT.findall(arguments)]
    place = _PLACE.match(arguments)
    path = Path((unhex(place[1]) if place else texts[0] if texts else b"/").decode())
    if call == "write" and arguments.startswith("1<"):
        yield Change("say", content=texts[0])
    elif call == "openat":
        path = Path(texts[0].decode())
        if path.parent == folder and "O_CREAT" in arguments:
            yield Change("make", path.name)
    elif path == folder:
        yield Change("settle folder")
    elif path.parent == folder:
        numbers = [int(number) for number in re.findall(r", (\d+)(?=,|$)", arguments)]
        if call in {"pwrite64", "write"}:
            yield Change("write", path.name, offset=numbers[-1] if call == "pwrite64" else 0, content=texts[0])
        elif call == "ftruncate":
            yield Change("cut", path.name, offset=numbers[-1])
        elif call == "unlink":
            yield Change("remove", path.name)
        else:
            yield Change("settle", path.name)


def unhex(text: str) -> bytes:
    """The bytes of a text in a log."""
    return bytes(int(pair, 16) for pair in _HEX.findall(text))

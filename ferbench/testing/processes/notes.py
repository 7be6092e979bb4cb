"""What a plugin does to the world around it, as Python's own audit events report it."""

from __future__ import annotations

import os
import socket
import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_NETWORK = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.bind",
    "socket.sendto",
    "urllib.Request",
}
_CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
_PROCESSES = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


#: A part of the names of the frames in which Python imports a module.
_IMPORTING = "importlib._bootstrap"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done to the world, and the (file, line) of all frames that led there, the innermost first."""

    text: str
    frames: tuple[tuple[str, int], ...]

    def own_frame(self, sources: tuple[Path, ...]) -> int | None:
        """The position of the innermost frame of the plugin."""
        files = [Path(file) for file, _ in self.frames]
        found = (i for i, file in enumerate(files) if any(file.is_relative_to(path) for path in sources))
        return next(found, None)

    def by_import(self, sources: tuple[Path, ...]) -> bool:
        """Whether a library did it while it was imported: by whom it is imported is not its plugin's fault."""
        return any(_IMPORTING in file for file, _ in self.frames[: self.own_frame(sources)])

    def described(self, sources: tuple[Path, ...]) -> str:
        """What was done, and in which line of the plugin."""
        own = self.own_frame(sources)
        return self.text if own is None else f"{self.text} in line {self.frames[own][1]} of {self.frames[own][0]}"


@dataclass(slots=True)
class Notes:
    """Files that were opened for reading, and deeds; `sources` are the plugin's own files, known once it is loaded."""

    sources: tuple[Path, ...] = ()
    noted: list[Deed] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    taking: bool = False

    def start(self) -> None:
        """Hear of all events of this process from now on; there is no way back but the end of the process."""
        sys.addaudithook(self.hear)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take notes."""
        self.taking = True
        try:
            yield
        finally:
            self.taking = False

    @property
    def deeds(self) -> list[str]:
        """What the plugin did, in words."""
        return [deed.described(self.sources) for deed in self.noted if not deed.by_import(self.sources)]

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook. The network is refused, so that no check depends on somebody's server."""
        if not self.taking:
            return
        if event == "open":
            self.hear_open(arguments[0], arguments[2])
        elif event in _NETWORK:
            self.note(f"uses the network ({event} {shown(arguments)})")
            raise ConnectionRefusedError("a check of ferbench refuses the network")
        elif event in _CHANGES or event in _PROCESSES:
            verb = "changes files" if event in _CHANGES else "starts a process"
            self.note(f"{verb} ({event} {shown(arguments[:1])})")

    def hear_open(self, path: object, flags: int) -> None:
        """A file that is opened; devices are no files."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = os.fsdecode(path)
        if flags & _WRITING and not name.startswith("/dev/"):
            self.note(f"writes {name}")
        elif not flags & _WRITING:
            self.opened.append(os.path.realpath(name))

    def note(self, text: str) -> None:
        """A deed, and where it comes from."""
        stack = ((frame.f_code.co_filename, line) for frame, line in traceback.walk_stack(None))
        self.noted.append(Deed(text, tuple(frame for frame in stack if frame[0] != __file__)))


def shown(arguments: tuple[Any, ...]) -> str:
    """Arguments of an event in few words; sockets are numbers that say nothing."""
    return ", ".join(str(argument)[:80] for argument in arguments if not isinstance(argument, socket.socket))

"""What engines make of networks, kept for other processes: a folder that belongs to the user alone, file by file.

What is kept is data and is read as data, but it decides what ferbench computes. So the folder is made for its owner
alone (mode 0700), and refused where it, or what it is a link to, belongs to somebody else or can be written by others.
A digest stands before the bytes, so that a damaged or truncated file counts as none; it is no signature. Files get
their names only once all of their bytes are there, so that processes that write the same one do not disturb each other.

Only the `KEPT` files that were used last stay. The folder may be deleted at any time: what is missing is made again.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

#: The graphs of the reference models take 0.1 to 0.5 MB each.
KEPT = 256

_SUFFIX = ".artifact"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The artifacts in a folder, by key; where the folder cannot be made or written, nothing is kept."""

    folder: Path
    kept: int = KEPT

    def read(self, key: str) -> bytes | None:
        """The bytes that were kept under a key; None where there are none, or not those that were written.

        Raises:
            UsageError: others can write to the folder.
        """
        if not self.folder.is_dir():
            return None
        check_private(self.folder)
        path = self._path(key)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        digest, data = content[: hashlib.sha256().digest_size], content[hashlib.sha256().digest_size :]
        return data if hashlib.sha256(data).digest() == digest else None

    def write(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, and let go of those that were used longest ago.

        Raises:
            UsageError: others can write to the folder.
        """
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_private(self.folder)
            write_whole(self._path(key), hashlib.sha256(data).digest() + data)
            self._let_go()

    def has(self, key: str) -> bool:
        """Whether a file is kept under a key, whatever it holds."""
        return self._path(key).is_file()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _let_go(self) -> None:
        used = sorted(self.folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in used[self.kept :]:
            path.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that has its name only once all of its bytes are there; it is readable for its owner alone."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=".part", delete=False) as file:
        draft = path.parent / file.name
        try:
            file.write(data)
            file.close()
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def check_private(folder: Path) -> None:
    """Refuse a folder that somebody else than this user could write to; Windows, without such modes, is believed."""
    if not hasattr(os, "getuid"):
        return
    found = folder.stat()
    if found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return
    owner = "belongs to another user" if found.st_uid != os.getuid() else "can be written by others"
    raise UsageError(
        f"A compiled network was to be looked for, or kept, in {folder}.",
        f"This folder {owner}, who could put programs of their own there.",
        f"Make it yours alone (chmod 700 {folder}), delete it, or name another cache by FERBENCH_CACHE.",
    )

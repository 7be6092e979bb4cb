"""The folder in which one download is under way, and which only one process has at a time."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ferbench.errors import MissingError, WeightsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def work_folder(target: Path) -> Iterator[Path]:
    """`TARGET.part`, locked; it stays when the block ends, unless the block removes it.

    Raises:
        MissingError: it cannot be made.
        WeightsError: something else lies there, or another process has it.
    """
    path = target.with_name(target.name + ".part")
    descriptor = _locked(path, target)
    try:
        yield path
    finally:
        os.close(descriptor)


def _locked(path: Path, target: Path) -> int:
    while True:
        descriptor = _opened(path, target)
        try:
            _lock(descriptor, target)
            if _still_there(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        # Whoever had it finished, and removed it, between the two lines.
        os.close(descriptor)


def _opened(path: Path, target: Path) -> int:
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not stat.S_ISDIR(path.lstat().st_mode):
            raise FileExistsError(17, "it is a link")  # noqa: TRY301 - mkdir says the same of a file
        return os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except FileExistsError as error:
        raise WeightsError(
            f"{target.name} was to be downloaded.",
            f"{path} is in the way: it is no folder of an unfinished download.",
            "Move it away.",
        ) from error
    except OSError as error:
        raise MissingError(
            f"{target.name} was to be downloaded.",
            f"The folder {path} cannot be made: {error.strerror}.",
            "Make room there, and make it writable, or name another cache with FERBENCH_CACHE.",
        ) from error


def _lock(descriptor: int, target: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise WeightsError(
            f"{target.name} was to be downloaded.",
            "Another process is downloading it right now.",
            "Wait for it, then run the same command again.",
        ) from error


def _still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False

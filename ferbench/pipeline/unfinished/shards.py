"""The shards of one run, in a folder under its resume key; nothing that goes wrong with them stops the run."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ferbench.pipeline.unfinished.resume_key import resume_key
from ferbench.pipeline.unfinished.shard_file import path_of, read_shard, settle, write_shard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.unfinished.shard import Shard

#: Nobody goes on with a run after so many days.
DAYS_KEPT = 30

_LOG = logging.getLogger(__name__)
_KEY = re.compile(r"[0-9a-f]{64}")
_LOCK = "lock"


@dataclass(slots=True)
class Shards:
    """The shards in a folder. The first process that uses it has it to itself; for others nothing is kept."""

    folder: Path
    _lock: int | None = field(default=None, init=False)
    _off: bool = field(default=False, init=False)

    def kept(self) -> Iterator[Shard]:
        """Whole shards from the first row on, one after the other without a gap. Whether they hold is not known."""
        if not self._is_there() or not self._claimed():
            return
        position = 0
        while (shard := read_shard(self.folder, self.folder.name, position)) is not None:
            yield shard
            position = shard.stop

    def restart(self) -> None:
        """Remove all that is there: the run is to begin anew."""
        if self._is_there() and self._claimed():
            self.drop(0)

    def drop(self, start: int) -> None:
        """Remove the shards that begin at a row or after it, and what a killed process left half written."""
        if self._lock is None:
            return
        try:
            for path in self.folder.iterdir():
                if path.suffix == ".part" or (path.suffix == ".shard" and path >= path_of(self.folder, start)):
                    path.unlink()
        except OSError as error:
            self._give_up(str(error.strerror))

    def keep(self, shard: Shard) -> None:
        """Put a shard on the disk; where that fails it is said once, and nothing more is kept."""
        if self._off or not self._claimed():
            return
        try:
            write_shard(self.folder, self.folder.name, shard)
        except OSError as error:
            self._give_up(str(error.strerror))

    def forget(self) -> None:
        """Remove the folder: the run is finished. It stays where another process is at the same run."""
        if self._lock is None and self._is_there():
            with suppress(OSError):
                self._lock = locked(self.folder)
        if self._lock is None:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Let others have the folder, which stays as it is."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __del__(self) -> None:
        self.release()

    def _is_there(self) -> bool:
        # Path.is_dir raises where a folder above is closed to us.
        with suppress(OSError):
            return self.folder.is_dir()
        return False

    def _claimed(self) -> bool:
        if self._lock is None and not self._off:
            try:
                self._lock = locked(self.folder)
            except BlockingIOError:
                self._give_up("another process is at the same run")
            except OSError as error:
                self._give_up(str(error.strerror))
        return self._lock is not None

    def _give_up(self, reason: str) -> None:
        self._off = True
        self.release()
        _LOG.warning("Answers are not kept in %s, and this run cannot be resumed: %s.", self.folder, reason)


def open_shards(home: Path | None, running: Running) -> Shards | None:
    """The shards of a run under `home`, where nothing is written yet; None where there is no such folder.

    What others left there long ago is removed.
    """
    if home is None:
        return None
    sweep(home, time.time() - DAYS_KEPT * 86_400)
    return Shards(home / resume_key(running))


def sweep(home: Path, before: float) -> None:
    """Remove the folders of runs in which nothing was written since a time, in seconds of the system's clock."""
    with suppress(OSError), os.scandir(home) as entries:
        for entry in entries:
            if not _KEY.fullmatch(entry.name) or not entry.is_dir(follow_symlinks=False):
                continue
            if entry.stat(follow_symlinks=False).st_mtime < before:
                shutil.rmtree(entry.path, ignore_errors=True)


def locked(folder: Path) -> int:
    """The descriptor of a lock on a folder, which is made where needed; the system lets go of it with the process.

    Raises:
        BlockingIOError: another process has it.
        OSError: the folder cannot be made or used.
    """
    made = not folder.is_dir()
    folder.mkdir(parents=True, exist_ok=True)
    # NFS lets only those lock who may write.
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        take(descriptor)
        if made:
            settle(folder.parent)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def take(descriptor: int) -> None:
    """Lock a file; BlockingIOError where somebody else has."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        # Some network file systems lock nothing. Two runs at once then write the same shards twice.
        return

"""Files in a folder that strangers' code could write to: plain ones of a bounded size, or an OSError."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Bytes: answers of a million images take a tenth of it.
MOST = 2**32


def read_strange(path: Path, most: int = MOST) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: it is a link, a pipe or a device, which may never end, or has more than `most` bytes.
    """
    # A pipe that nobody writes to would be waited for.
    number = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(number, "rb") as file:
        facts = os.fstat(number)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > most:
            raise OSError(errno.EFBIG, f"no plain file of at most {most:,} bytes", str(path))
        # Whoever made it may still be writing.
        return file.read(facts.st_size)

"""A shard as a file: its SHA-256, a line of JSON, and raw float32. Nothing is ever unpickled.

The file appears under its name only once all of it is on the disk, so that no moment exists in which half of one could
be taken for a whole. Whatever else stands there, torn, damaged or foreign, counts as not there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ferbench.pipeline.result_file import arrays_of
from ferbench.pipeline.unfinished.shard import Shard
from ferbench.plugin_manager.strange_file import read_strange

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_DIGITS = 64


def path_of(folder: Path, start: int) -> Path:
    """Where the shard lies that begins at a row."""
    return folder / f"{start:010d}.shard"


def write_shard(folder: Path, key: str, shard: Shard) -> None:
    """Put a shard of the run `key` on the disk, for good.

    Raises:
        OSError: there is no room, or no right to write.
    """
    parts = [header_of(key, shard), *(array.astype("<f4", order="C").tobytes() for array in shard.outputs.values())]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    path = path_of(folder, shard.start)
    unnamed = path.with_suffix(f".{os.getpid()}.part")
    try:
        with unnamed.open("wb") as file:
            file.writelines((digest.hexdigest().encode(), *parts))
            file.flush()
            os.fsync(file.fileno())
        unnamed.replace(path)
    finally:
        unnamed.unlink(missing_ok=True)
    settle(folder)


def settle(folder: Path) -> None:
    """Have the names in a folder on the disk, too, where the system does that for folders."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    # Some file systems refuse; a power cut may then lose names, and so some work, but nothing else.
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def header_of(key: str, shard: Shard) -> bytes:
    """A line of JSON: everything but the arrays."""
    header = {
        "key": key,
        "start": shard.start,
        "shapes": {name: array.shape for name, array in shard.outputs.items()},
        "digests": list(shard.digests),
        "failures": list(shard.failures.items()),
        "sizes": [(*size, count) for size, count in shard.sizes.items()],
    }
    return json.dumps(header).encode("ascii") + b"\n"


def read_shard(folder: Path, key: str, start: int) -> Shard | None:
    """The shard of the run `key` that begins at a row; None where no whole one is there."""
    try:
        return shard_of(read_strange(path_of(folder, start)), key, start)
    # Not written by this program, or only half.
    except (OSError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError, MemoryError):
        return None


def shard_of(content: bytes, key: str, start: int) -> Shard:
    """The shard in the bytes of a file.

    Raises:
        ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError: it is none, or another one.
    """
    if hashlib.sha256(memoryview(content)[_DIGITS:]).hexdigest().encode() != content[:_DIGITS]:
        raise ValueError("the file is not what was written")
    end = content.index(b"\n")
    header = json.loads(content[_DIGITS:end])
    if (header["key"], header["start"]) != (key, start):
        raise ValueError("the shard is that of another run, or of other rows")
    outputs = arrays_of(header["shapes"], content[end + 1 :])
    shard = Shard(
        start=start,
        outputs=outputs,
        digests=[str(digest) for digest in header["digests"]],
        failures={int(position): str(reason) for position, reason in header["failures"]},
        sizes=sizes_of(header),
    )
    require_rows(shard, outputs)
    return shard


def sizes_of(header: Mapping[str, Any]) -> Counter[tuple[int, int]]:
    """Pictures by (height, width)."""
    return Counter({(int(height), int(width)): int(count) for height, width, count in header["sizes"]})


def require_rows(shard: Shard, outputs: Mapping[str, NDArray[np.float32]]) -> None:
    """ValueError where a shard is empty, or its parts are not of the same rows."""
    rows = len(shard.digests)
    if rows == 0 or any(array.shape[:1] != (rows,) for array in outputs.values()):
        raise ValueError(f"the outputs are not those of {rows} rows")
    if any(not shard.start <= position < shard.stop for position in shard.failures):
        raise ValueError("a failure is that of another row")

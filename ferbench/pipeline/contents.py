"""What pictures hold today, decoding only those of which their bytes do not say it."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ferbench.errors import PluginError
from ferbench.pipeline.images import LOSSY, UNREADABLE, decode, no_memory_for

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from ferbench.interfaces import Dataset, Row

#: Rows that a thread reads at a time, and the most threads: files on a network are waited for, not computed.
_ROWS, _THREADS = 64, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The digest of a picture as a run notes it, and its (height, width); None where it cannot be read."""

    digest: str
    size: tuple[int, int] | None


def contents(dataset: Dataset, rows: Sequence[Row], suspects: Collection[str]) -> list[Content]:
    """What the pictures of some rows hold, in their order.

    Of a lossy file with a sound header the bytes are hashed, as a run does once it has decoded it; of `suspects`, ids
    that were found unreadable before, all is decoded.

    Raises:
        PluginError: the code of the data set is broken.
        MissingError: memory ran out, which is no fault of a picture.
    """
    read = partial(contents_of, dataset, frozenset(suspects))
    parts = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1), thread_name_prefix="ferbench-contents") as pool:
        return [content for part in pool.map(read, parts) for content in part]


def contents_of(dataset: Dataset, suspects: frozenset[str], rows: Sequence[Row]) -> list[Content]:
    """As `contents`, of a few rows in this thread."""
    return [content_of(dataset, row, whole=row.id in suspects) for row in rows]


def content_of(dataset: Dataset, row: Row, *, whole: bool) -> Content:
    """What one picture holds; it is decoded where that is asked for, or its bytes do not say it."""
    try:
        source = dataset.read(row)
        return (None if whole else undecoded(source)) or decoded(source)
    except PluginError:
        raise
    except MemoryError as error:
        raise no_memory_for(row) from error
    except Exception:  # noqa: BLE001 - as where pictures are read for a model: strangers' files break decoders
        return Content(digest=UNREADABLE, size=None)


def undecoded(source: bytes | NDArray[np.uint8]) -> Content | None:
    """The content of a file in a lossy format by its bytes and its header; None for all others."""
    if isinstance(source, np.ndarray):
        return None
    with Image.open(io.BytesIO(source)) as image:
        if image.format not in LOSSY:
            return None
        return Content(digest=hashlib.sha256(source).hexdigest(), size=(image.height, image.width))


def decoded(source: bytes | NDArray[np.uint8]) -> Content:
    """The content of a picture by what a model would be shown."""
    picture = decode(source)
    return Content(digest=picture.digest, size=(picture.pixels.shape[0], picture.pixels.shape[1]))

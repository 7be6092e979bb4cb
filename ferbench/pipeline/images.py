"""The only reader of pixels: bytes -> RGB -> views in batches, and the content digests."""

from __future__ import annotations

import hashlib
import io
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, UnidentifiedImageError

from ferbench.canonical import sha256_json
from ferbench.errors import MissingError, PluginError
from ferbench.pipeline.views import VIEWS, NoFace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from ferbench.interfaces import Dataset, Row
    from ferbench.pipeline.views import Reading

#: Formats whose decoder may differ between machines: their bytes are the content. The others are compared decoded.
LOSSY = {"JPEG", "MPO", "WEBP", "JPEG2000", "AVIF"}
#: In place of the digest of a picture that cannot be read.
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A decoded picture: (H, W, 3) uint8 RGB, and the digest of its content."""

    pixels: NDArray[np.uint8]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Consecutive rows of a manifest, starting at row `start`.

    `views` is (b, V, channels, H, W) uint8 of the rows at positions `answered`; `failures` says by position why the
    others could not be read, or show no face. `digests` has one content hash a row, `sizes` are pictures by (height,
    width).
    """

    start: int
    views: NDArray[np.uint8]
    answered: tuple[int, ...]
    digests: tuple[str, ...]
    failures: dict[int, str]
    sizes: Counter[tuple[int, int]]


def decode(source: bytes | NDArray[np.uint8]) -> Picture:
    """Picture of a file's bytes, or of pixels that need no decoding.

    Grey, palette, CMYK and alpha pictures become RGB as Pillow converts them (alpha is dropped, not blended); 16-bit
    grey keeps its upper byte. EXIF orientation is not applied: Pillow's loaders in the official pipelines do not, and
    where OpenCV's would, the crops of the field carry none.
    """
    if isinstance(source, np.ndarray):
        return Picture(pixels=source, digest=pixel_digest(source))
    with Image.open(io.BytesIO(source)) as image:
        lossy = image.format in LOSSY or image.format is None
        pixels = rgb(image)
    return Picture(pixels=pixels, digest=hashlib.sha256(source).hexdigest() if lossy else pixel_digest(pixels))


def rgb(image: Image.Image) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB of a picture in any mode."""
    if image.mode == "F":
        raise ValueError("a picture of floating-point numbers has no agreed range")
    if image.mode.startswith("I"):
        grey = np.clip(np.asarray(image, dtype=np.int64) >> 8, 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    return np.array(image if image.mode == "RGB" else image.convert("RGB"), dtype=np.uint8)


def pixel_digest(pixels: NDArray[np.uint8]) -> str:
    """Hexadecimal SHA-256 of shape and values: the same for every lossless format that holds the picture."""
    return hashlib.sha256(f"{pixels.shape}".encode() + pixels.tobytes()).hexdigest()


def said_by(error: Exception) -> str:
    """What an error says, without the path or the address in memory that would make two equal runs differ."""
    if isinstance(error, UnidentifiedImageError):
        return "no picture that Pillow can identify"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def read_batch(dataset: Dataset, rows: Sequence[Row], reading: Reading, start: int) -> Batch:
    """Read, decode, crop and resize consecutive rows; what gives no view is listed, never skipped.

    Raises:
        PluginError: the code of the data set or of the detector is broken, which is no fault of a picture.
        MissingError: memory ran out, which is none either.
    """
    views = room_for(len(rows), reading)
    answered: list[int] = []
    digests: list[str] = []
    failures: dict[int, str] = {}
    sizes: Counter[tuple[int, int]] = Counter()
    for position, row in enumerate(rows, start):
        picture = picture_of(dataset, row)
        if isinstance(picture, str):
            failures[position] = picture
            digests.append(UNREADABLE)
            continue
        digests.append(picture.digest)
        sizes[picture.pixels.shape[0], picture.pixels.shape[1]] += 1
        shown = views_of(picture, row, reading)
        if isinstance(shown, str):
            failures[position] = shown
            continue
        for place, view in zip(views[len(answered)], shown, strict=True):
            place[...] = view
        answered.append(position)
    return Batch(
        start=start,
        views=views[: len(answered)],
        answered=tuple(answered),
        digests=tuple(digests),
        failures=failures,
        sizes=sizes,
    )


def picture_of(dataset: Dataset, row: Row) -> Picture | str:
    """The picture of a row, or why it cannot be read."""
    try:
        return decode(dataset.read(row))
    except PluginError:
        raise
    except MemoryError as error:
        raise no_memory_for(row) from error
    except Exception as error:  # noqa: BLE001 - strangers' files break decoders in every way; all are listed
        return f"unreadable: {type(error).__name__}: {said_by(error)}"


def views_of(picture: Picture, row: Row, reading: Reading) -> list[NDArray[np.uint8]] | str:
    """What the model is to see of a picture, or why that is nothing."""
    try:
        return reading.views(picture.pixels, row.box)
    except MemoryError as error:
        raise no_memory_for(row) from error
    except NoFace as missing:
        return str(missing)


def no_memory_for(row: Row) -> MissingError:
    """The error of a picture that found no room."""
    return MissingError(
        f"The image {row.id!r} was to be decoded.",
        "The memory does not suffice for it.",
        "Free memory, or read less at a time with a smaller --batch-size and --workers 1; look at the file.",
    )


def room_for(n: int, reading: Reading) -> NDArray[np.uint8]:
    """(n, V, channels, H, W) for the views of n pictures, C-contiguous.

    The order is part of the arithmetic: networks add up in another one where the channels come last in memory.
    """
    preprocess = reading.preprocess
    return np.empty((n, VIEWS[reading.tta], preprocess.channels, *preprocess.size), np.uint8)


def batches(
    dataset: Dataset,
    rows: Sequence[Row],
    reading: Reading,
    batch_size: int,
    workers: int,
    ahead: Callable[[NDArray[np.uint8]], None] | None = None,
) -> Iterator[Batch]:
    """The batches of a manifest in order, read ahead by `workers` threads; they tell `ahead` which views will come."""

    def read(start: int) -> Batch:
        batch = read_batch(dataset, rows[start : start + batch_size], reading, start)
        if ahead is not None and batch.answered:
            ahead(batch.views)
        return batch

    starts = deque(range(0, len(rows), batch_size))
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ferbench-images")
    under_way: deque[Future[Batch]] = deque()
    try:
        while starts or under_way:
            while starts and len(under_way) <= workers:
                under_way.append(pool.submit(read, starts.popleft()))
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def pixels_sha256(rows: Sequence[Row], digests: Sequence[str]) -> str:
    """SHA-256 over the sorted (canonical id, canonical class name, content digest) of what was read."""
    return sha256_json(sorted([row.id, row.label, digest] for row, digest in zip(rows, digests, strict=True)))

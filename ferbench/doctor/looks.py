"""One look at every picture: whether it can be read, its size, its digests and what it looks like.

Only this is kept of a picture, some 800 bytes: a set of 300,000 pictures is compared in memory, its pixels never are.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ferbench.errors import PluginError
from ferbench.pipeline.images import decode, pixel_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from ferbench.interfaces import Dataset, Row

#: Side of the grey picture that hash and thumbnail are taken from.
GREY_SIDE = 64
#: Side of the thumbnail that confirms what the hashes say.
THUMBNAIL_SIDE = 12
#: Grey levels of deviation below which a picture shows nothing that could be compared.
FLAT_BELOW = 1.0

_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is kept of a picture.

    `content` is its digest as a run has it, `pixels` that of the decoded pixels, `size` (height, width). `code` and
    `mirrored` are 64 bits each, the perceptual hash of the picture and of its mirror image; `thumbnail` is (144,)
    float16 grey with mean 0 and deviation 1, None where it shows nothing. `problem` says why it could not be read.
    """

    content: str
    pixels: bytes = b""
    size: tuple[int, int] = (0, 0)
    code: int = 0
    mirrored: int = 0
    thumbnail: NDArray[np.float16] | None = None
    problem: str = ""


def look_at_all(
    pictures: Sequence[tuple[Dataset, Row]], workers: int, progress: Callable[[int, int], None]
) -> list[Look]:
    """Looks at pictures, in their order, with so many threads.

    Raises:
        PluginError: the data set's own code is broken, which is no fault of a picture.
    """
    starts = deque(range(0, len(pictures), _AT_ONCE))
    looks: list[Look] = []
    ahead: deque[Future[list[Look]]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ferbench-doctor")
    try:
        while starts or ahead:
            while starts and len(ahead) <= 2 * workers:
                start = starts.popleft()
                ahead.append(pool.submit(look_at_some, pictures[start : start + _AT_ONCE]))
            looks += ahead.popleft().result()
            progress(len(looks), len(pictures))
    finally:
        pool.shutdown(cancel_futures=True)
    return looks


def look_at_some(pictures: Sequence[tuple[Dataset, Row]]) -> list[Look]:
    """Looks at a few pictures."""
    return [look_at(dataset, row) for dataset, row in pictures]


def look_at(dataset: Dataset, row: Row) -> Look:
    """The look of a picture; one that cannot be read has a problem instead."""
    try:
        source = dataset.read(row)
        if isinstance(source, bytes) and not source:
            return Look(content="unreadable", problem="the file has zero bytes")
        picture = decode(source)
    except PluginError:
        raise
    except UnidentifiedImageError:
        return Look(content="unreadable", problem="the file is no picture of a known format")
    except Exception as error:  # noqa: BLE001 - strangers' files break decoders in every way; all are listed
        return Look(content="unreadable", problem=f"{type(error).__name__}: {error}")
    digest = bytes.fromhex(pixel_digest(picture.pixels))
    height, width = picture.pixels.shape[:2]
    code, mirrored, thumbnail = appearance(picture.pixels)
    return Look(
        content=picture.digest,
        pixels=digest,
        size=(height, width),
        code=code,
        mirrored=mirrored,
        thumbnail=thumbnail,
    )


def appearance(pixels: NDArray[np.uint8]) -> tuple[int, int, NDArray[np.float16] | None]:
    """Perceptual hash of a picture and of its mirror image, and its thumbnail."""
    grey = Image.fromarray(pixels).convert("L").resize((GREY_SIDE, GREY_SIDE), Image.Resampling.LANCZOS)
    return code_of(grey), code_of(ImageOps.mirror(grey)), thumbnail_of(grey)


def code_of(grey: Image.Image) -> int:
    """The 64 bits of a grey picture's perceptual hash: its low frequencies, each against the median of all."""
    from imagehash import phash

    return int.from_bytes(np.packbits(phash(grey).hash).tobytes(), "little")


def thumbnail_of(grey: Image.Image) -> NDArray[np.float16] | None:
    """(144,) of a grey picture, so scaled that brightness and contrast do not count; None for a flat one."""
    small = grey.convert("F").resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BOX)
    values = np.asarray(small, dtype=np.float32).reshape(-1)
    deviation = values.std()
    if deviation < FLAT_BELOW:
        return None
    scaled: NDArray[np.float16] = ((values - values.mean()) / deviation).astype(np.float16)
    return scaled

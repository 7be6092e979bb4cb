"""Pixels: decoding in every mode, digests, reading ahead."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from ferbench.cards import IMAGENET_MEAN, IMAGENET_STD, Preprocess
from ferbench.errors import MissingError
from ferbench.interfaces import Row
from ferbench.pipeline.images import batches, decode, pixel_digest, pixels_sha256
from ferbench.pipeline.preprocess import apply, normalised
from ferbench.pipeline.views import Reading

IMAGENET_224 = Preprocess(size=(224, 224), mean=IMAGENET_MEAN, std=IMAGENET_STD, expects="aligned_face")
READING = Reading(preprocess=IMAGENET_224)


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    """The bytes of a file that holds the picture."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def picture(seed: int = 0, height: int = 20, width: int = 30) -> Image.Image:
    """A picture of random pixels."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "LA", "YCbCr"])
def test_modes_are_converted_as_pillow_does(mode):
    """Grey, palette, alpha, CMYK, bilevel: three channels, as `convert("RGB")` gives them."""
    image = picture().convert(mode)
    kind = "TIFF" if mode in {"CMYK", "YCbCr"} else "PNG"
    data = encoded(image, kind)
    with Image.open(io.BytesIO(data)) as reopened:
        expected = np.asarray(reopened.convert("RGBA").convert("RGB") if mode == "P" else reopened.convert("RGB"))

    assert np.array_equal(decode(data).pixels, expected)


def test_palette_with_transparency_gives_its_colours_without_a_warning():
    """Transparent palette entries keep their colour; Pillow's advice about them is no warning of ours."""
    data = encoded(picture().convert("P", palette=Image.Palette.ADAPTIVE), "PNG", transparency=bytes([0, 128, 255]))

    assert decode(data).pixels.shape == (20, 30, 3)


def test_sixteen_bit_grey_keeps_the_upper_byte():
    """A 16-bit value v becomes v // 256 in all three channels; clipping at 255 would make everything white."""
    values = np.array([[0, 255, 256, 32768, 65535]], dtype=np.uint16)

    assert decode(encoded(Image.fromarray(values))).pixels[0, :, 1].tolist() == [0, 0, 1, 128, 255]


def test_exif_orientation_is_not_applied():
    """A JPEG that says it is rotated is read as it is stored, as Pillow's loaders in the official pipelines do."""
    exif = Image.Exif()
    exif[0x0112] = 6
    plain, rotated = encoded(picture(), "JPEG"), encoded(picture(), "JPEG", exif=exif)

    assert np.array_equal(decode(plain).pixels, decode(rotated).pixels)


def test_floating_point_pictures_are_not_guessed_at():
    """A TIFF of floats has no agreed range: it is unreadable, not black."""
    with pytest.raises(ValueError, match="no agreed range"):
        decode(encoded(Image.fromarray(np.full((4, 4), 0.5, np.float32)), "TIFF"))


def test_digest_of_lossless_formats_is_that_of_their_pixels():
    """PNG at two compressions, BMP and bare pixels: one content."""
    image = picture()
    digests = {decode(encoded(image, "PNG", compress_level=level)).digest for level in (0, 9)} | {
        decode(encoded(image, "BMP")).digest,
        decode(np.asarray(image)).digest,
        pixel_digest(np.asarray(image)),
    }

    assert len(digests) == 1


def test_digest_of_lossy_formats_is_that_of_their_bytes():
    """The same picture as JPEG of another quality is another content; the same bytes are the same."""
    first, second = encoded(picture(), "JPEG", quality=90), encoded(picture(), "JPEG", quality=80)

    assert decode(first).digest == decode(bytes(first)).digest != decode(second).digest


@dataclass
class Memory:
    """A data set of encoded pictures; remembers which threads read it."""

    pictures: list[bytes]
    readers: set[str]

    def read(self, row):
        """The bytes of a row."""
        self.readers.add(threading.current_thread().name)
        return self.pictures[row.source]


def memory(n: int, broken: tuple[int, ...] = ()) -> tuple[Memory, list[Row]]:
    """A data set of n pictures, some of them cut off, and its rows."""
    pictures = [encoded(picture(i), "JPEG") for i in range(n)]
    for position in broken:
        pictures[position] = pictures[position][: len(pictures[position]) // 2]
    return Memory(pictures, set()), [Row(id=f"i{i}", label="neutral", source=i) for i in range(n)]


@pytest.mark.parametrize(("batch_size", "workers"), [(1, 1), (3, 2), (64, 1), (7, 4)])
def test_batches_come_in_order_whatever_their_size(batch_size, workers):
    """Every image once, in manifest order, read by other threads than the one that computes."""
    dataset, rows = memory(10)
    found = list(batches(dataset, rows, READING, batch_size, workers))

    assert [batch.start for batch in found] == list(range(0, 10, batch_size))
    assert [position for batch in found for position in batch.answered] == list(range(10))
    assert np.array_equal(
        normalised(IMAGENET_224, np.concatenate([batch.views for batch in found])[:, 0]),
        np.stack([apply(IMAGENET_224, decode(data).pixels) for data in dataset.pictures]),
    )
    assert all(name.startswith("ferbench-images") for name in dataset.readers)


def test_unreadable_pictures_are_listed_and_the_others_kept():
    """A truncated file is a failure with its reason, at its position; its neighbours are read."""
    dataset, rows = memory(4, broken=(0, 2))
    (batch,) = batches(dataset, rows, READING, 4, 1)

    assert batch.answered == (1, 3)
    assert set(batch.failures) == {0, 2}
    assert "unreadable" in batch.failures[2]
    assert batch.views.shape == (2, 1, 3, 224, 224)
    assert len(batch.digests) == 4


@pytest.mark.parametrize("step", ["images.rgb", "views.resize"])
def test_memory_that_runs_out_is_no_fault_of_a_picture(monkeypatch, step):
    """A picture that found no room is never listed as unreadable: the run ends, and says at which."""
    dataset, rows = memory(2)
    monkeypatch.setattr(f"ferbench.pipeline.{step}", lambda *given: np.empty(2**50, np.uint8))

    with pytest.raises(MissingError, match="'i0' was to be decoded"):
        list(batches(dataset, rows, READING, 2, 1))


@pytest.mark.parametrize("tta", ["none", "flip"])
@pytest.mark.parametrize("broken", [(), (0, 2)])
def test_views_lie_in_order_in_memory(tta, broken):
    """Channels before rows before columns, also of mirror images: networks add up in the order of the memory."""
    dataset, rows = memory(4, broken)
    (batch,) = batches(dataset, rows, Reading(preprocess=IMAGENET_224, tta=tta), 4, 1)

    assert batch.views.flags.c_contiguous
    assert batch.views.dtype == np.uint8
    assert len(batch.views) == len(batch.answered) == 4 - len(broken)


@pytest.mark.parametrize("workers", [1, 3])
def test_views_are_announced_before_they_are_asked_about(workers):
    """By the threads that read, the very arrays that come out later; a batch in which nothing could be read is none."""
    dataset, rows = memory(10, broken=(4, 5))
    announced = []
    stream = batches(dataset, rows, READING, 2, workers, ahead=announced.append)
    found = []
    for batch in stream:
        assert not batch.answered or any(views is batch.views for views in announced)
        found.append(batch)

    assert len(announced) == 4
    assert len(found) == 5


def test_reading_stops_when_nobody_wants_more():
    """Leaving the loop ends the reading threads: no thread of ours lives on."""
    dataset, rows = memory(40)
    stream = batches(dataset, rows, READING, 2, 2)
    next(stream)
    stream.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ferbench-images")]


def test_pixels_hash_does_not_depend_on_order():
    """Rows in another order, the same hash; another digest, another hash."""
    rows = [Row(id="a", label="fear", source=0), Row(id="b", label="anger", source=1)]

    assert pixels_sha256(rows, ["1", "2"]) == pixels_sha256(rows[::-1], ["2", "1"]) != pixels_sha256(rows, ["1", "3"])


def test_reasons_hold_no_paths_and_no_addresses(tmp_path):
    """Two equal runs say the same about a broken picture, wherever it lies and wherever it was in memory."""

    class Broken:
        def read(self, row):
            return (tmp_path / row.source).read_bytes() if row.source else b"no picture"

    rows = [Row(id="a", label="fear", source="absent.jpg"), Row(id="b", label="fear", source="")]
    (batch,) = batches(Broken(), rows, READING, 2, 1)

    assert batch.failures == {
        0: "unreadable: FileNotFoundError: No such file or directory",
        1: "unreadable: UnidentifiedImageError: no picture that Pillow can identify",
    }

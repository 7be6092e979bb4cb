"""What pictures hold: the same digests as a run notes, without decoding what needs no decoding."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image

from ferbench.errors import MissingError, PluginError
from ferbench.interfaces import Row
from ferbench.pipeline.contents import contents
from ferbench.pipeline.images import UNREADABLE, decode
from tests.drawing import draw_jpeg


@dataclass
class Files:
    """Pictures of files and of arrays, by the `source` of a row; the names of those that were decoded by us."""

    read_ids: list[str] = field(default_factory=list)

    def read(self, row):
        self.read_ids.append(row.id)
        return row.source if isinstance(row.source, np.ndarray) else row.source.read_bytes()


def rows(*sources):
    return [Row(id=str(number), label="fear", source=source) for number, source in enumerate(sources)]


@pytest.fixture
def jpeg(tmp_path):
    draw_jpeg(tmp_path / "a.jpg", seed=1, size=20)
    return tmp_path / "a.jpg"


def test_digests_and_sizes_are_those_of_a_run(tmp_path, jpeg):
    """JPEG, WebP, PNG, grey of 16 bits, and pixels without a file; the order is that of the rows."""
    picture = Image.open(jpeg).resize((30, 20))
    for name in ("a.webp", "a.png", "a.tiff"):
        picture.save(tmp_path / name)
    pixels = np.zeros((4, 6, 3), np.uint8)
    asked = rows(jpeg, tmp_path / "a.webp", tmp_path / "a.png", tmp_path / "a.tiff", pixels) * 30
    decoded = [decode(Files().read(row)) for row in asked[:5]] * 30
    found = contents(Files(), asked, ())

    assert [content.digest for content in found] == [picture.digest for picture in decoded]
    assert [content.size for content in found] == [picture.pixels.shape[:2] for picture in decoded]


def test_only_suspects_are_decoded_to_the_end(jpeg):
    """A JPEG with a sound header and half of its data passes by its bytes, unless it was unreadable before."""
    jpeg.write_bytes(jpeg.read_bytes()[:700])
    (by_bytes,), (whole,) = contents(Files(), rows(jpeg), ()), contents(Files(), rows(jpeg), {"0"})

    assert by_bytes.size == (20, 20)
    assert (whole.digest, whole.size) == (UNREADABLE, None)


def test_what_cannot_be_read_is_unreadable(tmp_path):
    """A missing file, an empty one, and one that is no picture."""
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.png").write_text("no picture")
    found = contents(Files(), rows(tmp_path / "none.jpg", tmp_path / "empty.jpg", tmp_path / "text.png"), ())

    assert [content.digest for content in found] == [UNREADABLE] * 3


def test_broken_code_of_a_data_set_is_no_picture():
    """A plugin that raises is named, not its pictures."""

    class Broken:
        def read(self, row):
            raise PluginError("asked", f"no {row.id}", "todo")

    with pytest.raises(PluginError, match="no 0"):
        contents(Broken(), rows(None), ())


def test_memory_that_runs_out_is_no_fault_of_a_picture(monkeypatch, jpeg):
    """A picture that found no room is never taken for an unreadable one, which would be another run."""
    monkeypatch.setattr("ferbench.pipeline.images.rgb", lambda image: np.empty(2**50, np.uint8))

    with pytest.raises(MissingError, match="'0' was to be decoded"):
        contents(Files(), rows(jpeg), suspects={"0"})

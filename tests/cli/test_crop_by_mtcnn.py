"""`ferbench run --crop detect` with the detector that comes with ferbench, on drawn faces in frames."""

from __future__ import annotations

import sys

import pytest

from tests.cli.dropins import dataset
from tests.frames import colour_model

FRAMES = """\
import sys
from PIL import Image
from ferbench_synthetic.split import faces
frame = np.full((150, 200, 3), 118, np.uint8)
if row.source:
    drawn = Image.fromarray(faces("test")[95 + row.source].draw()).resize((96, 96))
    frame[40:136, 60:156] = np.asarray(drawn)
return frame"""


@pytest.mark.parametrize("align", ["none", "five_point"])
def test_a_run_finds_its_faces(call, tmp_path, align):
    """`--crop detect` with the detector of ferbench itself: a frame without a face is listed, the others are seen."""
    pytest.importorskip("facenet_pytorch", reason="facenet-pytorch, the extra ferbench[detect], is not installed")
    rows = "[Row(id=f'i{n}', label=('neutral', 'fear')[n % 2], source=n) for n in range(2)]"
    (tmp_path / "frames.py").write_text(dataset(read=FRAMES, rows=rows), encoding="utf-8")
    (tmp_path / "mine.py").write_text(colour_model(), encoding="utf-8")
    done = call(
        *("run", "--plugin", tmp_path / "frames.py", "--plugin", tmp_path / "mine.py", "--model", "mine"),
        *("--dataset", "pictures", "--crop", "detect", "--detector", "mtcnn", "--align", align, "--margin", "0.2"),
        *("--threads", "1", "--no-timing", "--no-record", "--json"),
    )

    assert done.status == 0, done.err
    assert done.json["failures"] == {"i0": "no face found"}
    assert done.json["detector"]["plugin"] == "mtcnn"
    assert (done.json["preprocess"]["align"], done.json["preprocess"]["margin"]) == (align, 0.2)


def test_a_run_without_the_package_ends_with_exit_code_4(call, tmp_path, monkeypatch):
    """Before anything is computed, with the command that installs it."""
    monkeypatch.setitem(sys.modules, "facenet_pytorch", None)
    (tmp_path / "mine.py").write_text(colour_model(), encoding="utf-8")
    arguments = ("--plugin", tmp_path / "mine.py", "--model", "mine", "--dataset", "synthetic")
    done = call("run", *arguments, "--crop", "detect", "--detector", "mtcnn")

    assert done.status == 4
    assert "pip install 'ferbench[detect]'" in done.err

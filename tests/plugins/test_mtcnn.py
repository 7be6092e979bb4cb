"""MTCNN of facenet-pytorch on drawn faces in larger frames: where it finds them, and what stands in its way."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from ferbench.errors import ExtraNotInstalled, UsageError
from ferbench.plugin_manager import build_catalog
from ferbench_mtcnn import open_mtcnn
from ferbench_synthetic.split import faces

SIDE = 128


@pytest.fixture(scope="module")
def detector():
    """The detector with its own settings."""
    pytest.importorskip("facenet_pytorch", reason="facenet-pytorch, the extra ferbench[detect], is not installed")
    return open_mtcnn()


@pytest.fixture(scope="module")
def drawn():
    """A drawn face of 128 x 128 pixels, frontal and in good light."""
    (face,) = [face for face in faces("test") if face.id == "test_0096"]
    return Image.fromarray(face.draw()).resize((SIDE, SIDE))


def frame(drawn, *places, width=400, height=300):
    """A grey frame with the face at each place: (left, top), or (left, top, side)."""
    image = Image.new("RGB", (width, height), (118, 118, 118))
    for left, top, *side in places:
        image.paste(drawn.resize((*side, *side)) if side else drawn, (left, top))
    return np.asarray(image)


def test_a_drawn_face_is_found_where_it_is(detector, drawn):
    """One face, its box within the drawing, sure of it."""
    (face,) = detector.detect(frame(drawn, (150, 90)))
    left, top, right, bottom = face.box

    assert 150 < left < right < 150 + SIDE
    assert 90 < top < bottom < 90 + SIDE
    assert right - left > SIDE / 2
    assert 0.99 < face.score <= 1


def test_landmarks_are_eyes_nose_and_mouth_from_left_to_right(detector, drawn):
    """In the order that the template has them, all within the box."""
    (face,) = detector.detect(frame(drawn, (150, 90)))
    (eye, other_eye, nose, mouth, other_mouth), (left, top, right, bottom) = face.landmarks, face.box

    assert face.landmarks.shape == (5, 2)
    assert left < eye[0] < nose[0] < other_eye[0] < right
    assert left < mouth[0] < nose[0] < other_mouth[0] < right
    assert top < max(eye[1], other_eye[1]) < nose[1] < min(mouth[1], other_mouth[1]) < bottom


def test_a_face_moves_with_its_place(detector, drawn):
    """The same face elsewhere is found elsewhere, within a few pixels."""
    (first,), (second,) = (detector.detect(frame(drawn, place)) for place in ((20, 30), (220, 130)))

    assert np.subtract(second.box, first.box) == pytest.approx([200, 100, 200, 100], abs=4)
    assert second.landmarks - first.landmarks == pytest.approx(np.full((5, 2), [200, 100]), abs=4)


def test_all_faces_are_given(detector, drawn):
    """Two in one frame, the larger of them twice as large."""
    found = detector.detect(frame(drawn, (20, 30), (220, 80, 64)))
    widths = sorted(face.box[2] - face.box[0] for face in found)

    assert len(widths) == 2
    assert widths[1] / widths[0] == pytest.approx(2, abs=0.3)


def test_the_same_picture_gives_the_same_faces(detector, drawn):
    """Again, and from four threads at a time: the same numbers to the last bit."""
    picture = frame(drawn, (20, 30), (220, 80, 64))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(detector.detect, [picture] * 8))

    boxes = {tuple((face.box, face.score, face.landmarks.tobytes()) for face in faces) for faces in found}
    assert len(boxes) == 1


@pytest.mark.parametrize("shape", [(1, 1), (19, 300), (300, 19), (20, 20), (12, 12), (300, 400)])
def test_there_may_be_no_face(detector, shape):
    """A grey picture of any size, one without room for a face included, has none."""
    assert detector.detect(np.full((*shape, 3), 118, np.uint8)) == []


@pytest.mark.parametrize("size", [12, 20, 23, 35, 47, 100])
def test_pictures_as_large_as_the_smallest_face_are_no_trouble(size):
    """Around the size from which on there is room for a face."""
    pytest.importorskip("facenet_pytorch", reason="facenet-pytorch, the extra ferbench[detect], is not installed")
    detector = open_mtcnn(min_face_size=size)

    for side in (size - 1, size, size + 1):
        assert detector.detect(np.full((side, 2 * side, 3), 90, np.uint8)) == []


def test_smaller_faces_are_not_looked_for(detector, drawn):
    """With a larger smallest face the small one of two is passed over."""
    picture = frame(drawn, (20, 30, 256), (300, 80, 64))

    assert len(detector.detect(picture)) == 2
    assert len(open_mtcnn(min_face_size=100).detect(picture)) == 1


@pytest.mark.parametrize("options", [{"min_face_size": 11}, {"min_face_size": "40 px"}, {"size": 40}])
def test_options_that_mean_nothing_are_refused(options):
    """Too small, no number, not known: with the one option that there is."""
    with pytest.raises(UsageError, match="It has one option, min_face_size"):
        open_mtcnn(**options)


def test_without_the_package_the_extra_is_named(monkeypatch):
    """Exit code 4, with the command that installs it; the list of detectors needs no package."""
    monkeypatch.setitem(sys.modules, "facenet_pytorch", None)
    with pytest.raises(ExtraNotInstalled, match=r"pip install 'ferbench\[detect\]'"):
        open_mtcnn()

    assert "mtcnn" in {item.entry.card.name for item in build_catalog().detectors}


def test_another_version_is_refused(monkeypatch, tmp_path, detector):
    """facenet-pytorch 2.6.0 wants an older torch; whichever other version might find other faces."""
    info = tmp_path / "facenet_pytorch-2.6.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: facenet-pytorch\nVersion: 2.6.0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ExtraNotInstalled, match=r"Version 2\.6\.0 is installed, and 2\.5\.3 was tested"):
        open_mtcnn()

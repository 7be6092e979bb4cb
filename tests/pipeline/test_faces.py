"""Faces cut out of pictures: squares around boxes, and five landmarks on a template."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ferbench.interfaces import Face
from ferbench.pipeline.faces import TEMPLATE, align, cut_square, largest, similarity, visible

SHAPE = (40, 60, 3)


def noise(shape=SHAPE, seed=0):
    """Random pixels, none of them black."""
    return np.random.default_rng(seed).integers(1, 256, shape, dtype=np.uint8)


def face(left, top, right, bottom, score=0.5):
    """A face without landmarks."""
    return Face(box=(left, top, right, bottom), score=score)


def test_a_square_is_what_pillow_crops():
    """A square box without a margin: the pixels in it, no more and no less."""
    pixels = noise()

    cut = cut_square(pixels, (10, 5, 22, 17), 0)

    assert np.array_equal(cut, np.asarray(Image.fromarray(pixels).crop((10, 5, 22, 17))))


def test_an_oblong_box_keeps_its_middle_and_its_proportions():
    """The larger side is the side of the square, and as much is added on the left as on the right."""
    pixels = noise()

    assert np.array_equal(cut_square(pixels, (20, 10, 28, 30), 0), pixels[10:30, 14:34])


def test_a_margin_is_a_part_of_the_larger_side():
    """With a margin of 0.5 a box of 20 pixels becomes a square of 30, five more on each side."""
    pixels = noise()

    assert np.array_equal(cut_square(pixels, (15, 10, 35, 30), 0.5), pixels[5:35, 10:40])


def test_beyond_the_picture_is_black():
    """A box in the corner with a margin: the picture where there is one, zeros where it ends."""
    cut = cut_square(noise(), (0, 0, 10, 10), 1.0)

    assert cut.shape == (20, 20, 3)
    assert np.array_equal(cut[5:, 5:], noise()[:15, :15])
    assert not cut[:5].any()
    assert not cut[:, :5].any()


@given(
    st.tuples(*[st.floats(-100, 200)] * 4).map(lambda box: (*map(min, box[:2], box[2:]), *map(max, box[:2], box[2:]))),
    st.floats(0, 1),
)
def test_any_box_gives_a_square_of_bounded_size(box, margin):
    """Whatever a box is, what is cut out is a square, at most twice the picture's larger side."""
    seen = visible(box, SHAPE)
    if seen is None:
        assert box[0] >= min(box[2], 60) or box[1] >= min(box[3], 40) or box[2] <= 0 or box[3] <= 0
        return
    cut = cut_square(noise(), seen, margin)
    larger = max(seen[2] - seen[0], seen[3] - seen[1])

    assert cut.shape == (len(cut), len(cut), 3)
    assert abs(len(cut) - larger * (1 + margin)) <= 1
    assert len(cut) <= 120


def test_the_largest_face_is_taken():
    """By what is visible of it: a huge box of which a corner is in the picture does not count for its size."""
    faces = [face(0, 0, 10, 10), face(20, 20, 34, 34, score=0.1), face(55, 35, 500, 500, score=0.9)]

    assert largest(faces, SHAPE) == (faces[1], (20, 20, 34, 34))


def test_of_equal_faces_the_surest_is_taken_and_then_the_first():
    """Ties are broken by the score, then by the order, so that the same picture gives the same face."""
    faces = [face(0, 0, 10, 10), face(20, 0, 30, 10, score=0.9), face(40, 0, 50, 10, score=0.9)]

    assert largest(faces, SHAPE)[0] is faces[1]


@pytest.mark.parametrize("faces", [[], [face(60, 0, 70, 10)], [face(-9, 0, 0, 10)], [face(5, 5, 5, 9)]])
def test_no_visible_face_is_no_face(faces):
    """No face at all, faces outside the picture, a box without an area."""
    assert largest(faces, SHAPE) is None


@given(
    st.floats(0.05, 20), st.floats(-np.pi, np.pi), st.tuples(st.floats(-500, 500), st.floats(-500, 500)), st.integers(0)
)
def test_a_similarity_is_found_again(scale, angle, shift, seed):
    """Points that were turned, scaled and moved lead back to just that."""
    turned = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack([turned, shift])
    points = np.random.default_rng(seed % 2**32).uniform(0, 200, (5, 2))

    assert similarity(points, points @ turned.T + shift) == pytest.approx(matrix, rel=1e-6, abs=1e-6 * 500 * scale)


@given(st.integers(0, 2**32 - 1))
def test_a_similarity_is_the_least_squares_one(seed):
    """For points that fit nothing: the solution of the linear least-squares problem in the four unknowns."""
    points, targets = np.random.default_rng(seed).uniform(0, 100, (2, 5, 2))
    rows_x = [[x, -y, 1, 0] for x, y in points]
    rows_y = [[y, x, 0, 1] for x, y in points]
    (a, b, x, y), *_ = np.linalg.lstsq(np.array(rows_x + rows_y), targets.T.ravel())

    assert similarity(points, targets) == pytest.approx(np.array([[a, -b, x], [b, a, y]]), abs=1e-6)


def test_a_mirrored_face_is_not_mirrored_back():
    """Reflections are no similarity here: eyes in the wrong order are turned, and not exchanged."""
    matrix = similarity(TEMPLATE * [-1, 1], TEMPLATE)

    assert np.linalg.det(matrix[:, :2]) > 0


def landmarks_in_frame():
    """(5, 2) landmarks of a face that is tilted by 30 degrees, and a frame with a white dot on each."""
    angle = np.pi / 6
    turned = 1.5 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = (TEMPLATE - 56) @ turned.T + [160, 140]
    y, x = np.mgrid[:300, :340]
    near = [np.hypot(x - point[0], y - point[1]) < 5 for point in points]
    return points, np.repeat((255 * np.any(near, axis=0)).astype(np.uint8)[:, :, None], 3, axis=2)


def middle_of_dot(pixels, point, reach):
    """(2,) mean position of the bright pixels around a point."""
    left, top = (int(value - reach) for value in point)
    part = pixels[top : top + 2 * reach, left : left + 2 * reach, 0].astype(float)
    y, x = np.mgrid[: part.shape[0], : part.shape[1]]
    return np.array([left + (x * part).sum() / part.sum(), top + (y * part).sum() / part.sum()])


@pytest.mark.parametrize("side", [112, 224, 64])
@pytest.mark.parametrize("margin", [0.0, 0.5])
def test_landmarks_end_on_the_template(side, margin):
    """Eyes, nose and mouth of a tilted face are where the template has them, nearer to the middle with a margin."""
    points, frame = landmarks_in_frame()
    expected = (56 + (TEMPLATE - 56) / (1 + margin)) * side / 112

    aligned = align(frame, points, side, margin)

    assert aligned.shape == (side, side, 3)
    for target in expected:
        assert middle_of_dot(aligned, target, max(4, side // 16)) == pytest.approx(target, abs=0.5)


def test_beyond_an_aligned_picture_is_black():
    """A face at the border: no pixel is invented."""
    aligned = align(np.full((40, 40, 3), 200, np.uint8), (TEMPLATE - 56) / 4 + [0, 20], 112, 0)

    assert not aligned[:, :40].any()
    assert (aligned[40:60, 70:] == 200).all()

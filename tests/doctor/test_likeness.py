"""Copies of a picture are found, other pictures of the same person are not: measured on drawn people."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ferbench.doctor.bands import MOST_BITS
from ferbench.doctor.findings import Member
from ferbench.doctor.looks import FLAT_BELOW, Look, appearance, look_at
from ferbench.doctor.twins import MOST_APART, find_twins
from ferbench.interfaces import Row
from tests.doctor.drawn_people import encoded, mirrored, portrait, resized

PEOPLE = 60
CHANGES = {
    "JPEG 95": (lambda picture: encoded(picture, 95), 1.0),
    "JPEG 75": (lambda picture: encoded(picture, 75), 1.0),
    "JPEG 60": (lambda picture: encoded(picture, 60), 1.0),
    "reduced": (lambda picture: resized(picture, 0.75), 0.9),
    "enlarged": (lambda picture: resized(picture, 2.24), 1.0),
    "grey": (lambda picture: encoded(picture.convert("L").convert("RGB"), 85), 1.0),
}


class Pictures:
    """A data set whose sources are the pictures themselves."""

    def read(self, row):
        return np.asarray(row.source)


def looks(pictures):
    """The looks of pictures."""
    return [look_at(Pictures(), Row(id="", label="", source=picture)) for picture in pictures]


def likenesses(pictures):
    """(likeness, numbers of the pictures) of all twins among pictures."""
    members = [Member("set", str(number), "happiness") for number in range(len(pictures))]
    twins = find_twins(members, looks(pictures)).twins
    return [(item.likeness, tuple(int(member.id) for member in item.members)) for item in twins]


def apart(a, b):
    """Bits in which two pictures' hashes differ, and how far apart their thumbnails are."""
    (one, _, small), (other, _, little) = appearance(np.asarray(a)), appearance(np.asarray(b))
    return (one ^ other).bit_count(), np.abs(small.astype(float) - little.astype(float)).max()


@pytest.mark.parametrize("side", [48, 100])
@pytest.mark.parametrize("change", CHANGES)
def test_copies_are_found(side, change):
    """Re-encoded and enlarged copies of 60 portraits are all found, reduced ones nearly all, and nothing else is."""
    alter, share = CHANGES[change]
    originals = [portrait(person, side=side) for person in range(PEOPLE)]
    found = likenesses([*originals, *map(alter, originals)])

    assert {members for likeness, members in found if likeness == "near"} <= {(i, i + PEOPLE) for i in range(PEOPLE)}
    assert len(found) >= share * PEOPLE


@pytest.mark.parametrize("side", [48, 100])
def test_other_pictures_of_a_person_are_not_taken_for_copies(side):
    """Four pictures of each of 60 people, with other expressions, poses and light: no two are taken for one."""
    pictures = [portrait(person, shot, side) for person in range(PEOPLE) for shot in range(4)]

    assert likenesses(pictures) == []


def test_the_limits_lie_between_copies_and_other_pictures():
    """Bits and distances of copies end below the limits, and those of other pictures of a person begin above them."""
    copies = [apart(portrait(person), encoded(portrait(person), 60)) for person in range(PEOPLE)]
    others = [apart(portrait(person), portrait(person, 1)) for person in range(PEOPLE)]

    assert max(bits for bits, _ in copies) <= MOST_BITS
    assert max(distance for _, distance in copies) <= MOST_APART
    assert min(distance for _, distance in others) > 2 * MOST_APART
    assert sum(bits <= MOST_BITS for bits, _ in others) <= 0.05 * PEOPLE


def test_mirrored_copies_are_found_and_called_so():
    """A copy that was turned left to right, as augmentation makes it, is a mirror image and no near copy."""
    originals = [portrait(person) for person in range(PEOPLE)]
    found = likenesses([*originals, *(mirrored(picture) for picture in originals)])

    assert found == [("mirrored", (i, i + PEOPLE)) for i in range(PEOPLE)]


def test_a_symmetric_picture_is_no_mirror_image_of_its_copy():
    """Where hash and thumbnail are those of the mirror image, too, a copy is near, and not called mirrored."""
    half = np.random.default_rng(0).standard_normal((12, 6))
    thumbnail = np.concatenate([half, half[:, ::-1]], axis=1).ravel().astype(np.float16)
    alike = [Look(content="", pixels=bytes([n]), code=77, mirrored=77, thumbnail=thumbnail) for n in range(2)]

    twins = find_twins([Member("set", str(n), "fear") for n in range(2)], alike).twins
    assert [item.likeness for item in twins] == ["near"]


def test_equal_pixels_are_exact_whatever_the_file(tmp_path):
    """PNG, BMP and pixels of a table that decode to the same are exact copies, and no near ones."""
    picture = portrait(0)
    picture.save(tmp_path / "a.png")
    picture.save(tmp_path / "b.bmp")
    read = [np.asarray(Image.open(tmp_path / name).convert("RGB")) for name in ("a.png", "b.bmp")]

    assert likenesses([*read, np.asarray(picture)]) == [("exact", (0, 1, 2))]


def test_chains_and_copies_of_copies_are_one_group():
    """Exact, near and mirrored copies of one picture: a group of each kind, the wider holding the narrower."""
    picture = portrait(0)
    pictures = [picture, picture, encoded(picture, 80), mirrored(picture)]

    assert likenesses(pictures) == [("exact", (0, 1)), ("near", (0, 1, 2)), ("mirrored", (0, 1, 2, 3))]


def test_flat_pictures_are_only_compared_by_their_pixels():
    """Black and white pictures of different sizes show nothing, so that they are not alike; equal ones are exact."""
    black, white = np.zeros((48, 48, 3), np.uint8), np.full((50, 50, 3), 255, np.uint8)
    nearly = np.full((48, 48, 3), int(FLAT_BELOW / 2), np.uint8)

    assert likenesses([black, white, nearly]) == [("exact", (0, 2))]
    assert all(look.thumbnail is None for look in looks([black, white]))


def test_no_pictures_have_no_twins():
    """An empty set, and one of which nothing can be read, are compared without an error."""
    unreadable = look_at(type("Empty", (), {"read": lambda self, row: b""})(), Row(id="", label="", source=None))

    assert find_twins([], []).twins == ()
    assert find_twins([Member("set", "0", "fear")] * 2, [unreadable] * 2).twins == ()

"""Pictures that two sets share, and those that only one of them has twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from ferbench.doctor.leaks import Side, found_leaks, leaks
from ferbench.doctor.opening import open_splits
from ferbench.errors import DataError, DataNotFound
from ferbench.pipeline.run import silent
from tests.doctor.drawn_people import encoded, mirrored, portrait, resized
from tests.doctor.made_sets import made_set, rows
from tests.doctor.small_rafdb import SMALL_RAFDB, pictures, tree


def side(name, registered, root=None, split=None):
    """One side of a comparison."""
    return Side(name=name, registered=registered, root=root, split=split, options={})


def saved(folder, images):
    """Pictures as PNG files."""
    folder.mkdir()
    for number, image in enumerate(images):
        image.save(folder / f"{number}.png")
    return [folder / f"{number}.png" for number in range(len(images))]


@pytest.fixture
def two_sets(tmp_path):
    """Two sets of eight people; 0 to 3 of the one stand in the other: equal, re-encoded, enlarged, mirrored."""
    people = [portrait(number) for number in range(8)]
    copies = [people[0], encoded(people[1], 75), resized(people[2], 2), mirrored(people[3])]
    others = [*copies, *(portrait(number) for number in range(10, 14))]
    one = made_set({"test": rows(saved(tmp_path / "one", people))}, name="one")
    other = made_set(
        {"train": rows(saved(tmp_path / "other", others)), "test": rows(saved(tmp_path / "rest", people[:1]))},
        name="other",
    )
    return one, other


def test_shared_pictures_are_found_across_sets(two_sets):
    """Every kind of copy is found, by set, split and id; a group of both splits counts once."""
    one, other = two_sets
    report = leaks((side("one", one), side("other", other)), 2, silent)

    assert not report.passed
    assert report.n == (8, 9)
    shared = {(item.likeness, tuple(f"{m.split}/{m.id}" for m in item.members)) for item in report.twins}
    assert shared == {
        ("exact", ("one:test/000", "other:train/000", "other:test/000")),
        ("near", ("one:test/001", "other:train/001")),
        ("near", ("one:test/002", "other:train/002")),
        ("mirrored", ("one:test/003", "other:train/003")),
    }


def test_one_split_is_compared_where_one_is_named(two_sets):
    """NAME:SPLIT leaves the other splits alone; what one side has twice by itself is no leak."""
    one, other = two_sets
    assert len(leaks((side("one", one), side("other:test", other, split="test")), 2, silent).twins) == 1

    report = leaks((side("other:train", other, split="train"), side("other:test", other, split="test")), 2, silent)
    assert [item.splits for item in report.twins] == [("other:train", "other:test")]


def evaluated(opened):
    """The open split `one:test` of a made set."""
    (found,) = open_splits(opened, None, ["test"], {}).splits
    return replace(found, name="one:test")


def test_evaluated_pictures_are_found_by_their_closest_likeness(two_sets):
    """Each leaking picture of a split once, in manifest order; a side says how many of them it holds."""
    one, other = two_sets
    sides = [side("other:train", other, split="train"), side("other:test", other, split="test")]
    found = found_leaks(evaluated(one), sides, 2, silent)

    assert list(found.likeness.items()) == [("000", "exact"), ("001", "near"), ("002", "near"), ("003", "mirrored")]
    assert [(item.name, item.n, item.leaks) for item in found.compared] == [("other:train", 8, 4), ("other:test", 1, 1)]
    assert found.notes == ()


def test_a_set_and_one_of_its_splits(two_sets):
    """Named both, no picture is its own twin, and every picture is decoded once."""
    one, other = two_sets
    seen = []
    sides = [side("other", other), side("other:test", other, split="test")]
    found = found_leaks(evaluated(one), sides, 1, lambda done, total: seen.append((done, total)))

    assert [(item.name, item.n, item.leaks) for item in found.compared] == [("other", 9, 4), ("other:test", 1, 1)]
    assert seen[-1] == (17, 17)


def test_what_an_evaluated_split_has_twice_is_no_leak(tmp_path):
    """Copies within the split, and within the other side, concern nobody here."""
    one = made_set({"test": rows(saved(tmp_path / "a", [portrait(0), portrait(0)]))}, name="one")
    other = made_set({"train": rows(saved(tmp_path / "b", [portrait(1), portrait(1)]))}, name="other")

    assert found_leaks(evaluated(one), [side("other", other)], 1, silent).likeness == {}


def test_pictures_that_cannot_be_read_are_said(two_sets, tmp_path):
    """They were not compared: a note with their number, in both kinds of search."""
    one, other = two_sets
    (tmp_path / "other" / "5.png").write_bytes(b"")
    found = found_leaks(evaluated(one), [side("other", other)], 1, silent)
    report = leaks((side("one", one), side("other", other)), 1, silent)

    assert found.notes == ("Pictures of other:train that cannot be read, and so were not compared: 1.",)
    assert [item.text for item in report.findings if item.kind == "not-compared"] == list(found.notes)


def test_conflicting_labels_of_shared_pictures_are_said(tmp_path):
    """Two sets that call one picture differently: the finding is there beside the leak."""
    shared = saved(tmp_path / "a", [portrait(0)])
    again = saved(tmp_path / "b", [portrait(0)])
    sets = made_set({"test": rows(shared)}, name="one"), made_set({"test": rows(again, ("sadness",))}, name="two")
    report = leaks((side("one", sets[0]), side("two", sets[1])), 1, silent)

    assert [finding.kind for finding in report.findings] == ["exact-leak", "exact-conflict"]


def test_sets_that_share_nothing_pass(tmp_path):
    """The splits of a clean tree."""
    root = tree(tmp_path)
    sides = side("train", SMALL_RAFDB, root, "train"), side("test", SMALL_RAFDB, root, "test")
    report = leaks(sides, 2, silent)

    assert report.passed
    assert report.findings == ()
    assert report.as_json()["sides"] == [{"name": "train", "n": 104}, {"name": "test", "n": 56}]


def test_a_side_that_cannot_be_opened_is_an_error(tmp_path):
    """An answer about half of the pictures would be no answer."""
    root = tree(tmp_path)
    picture = pictures(root, "test")[0]
    Image.open(picture).save(picture.with_name("train_00001_aligned.jpg"))

    with pytest.raises(DataError, match="ferbench data check rafdb"):
        leaks((side("rafdb", SMALL_RAFDB, root), side("rafdb", SMALL_RAFDB, root)), 1, silent)
    with pytest.raises(DataNotFound):
        leaks((side("a", SMALL_RAFDB, root / "no"), side("b", SMALL_RAFDB, root)), 1, silent)

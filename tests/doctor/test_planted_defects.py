"""Defects that are planted into a clean tree: each is found, named, and nothing else is said."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from ferbench_datasets.folder import open_folder
from tests.doctor.small_rafdb import COUNTS, SMALL_RAFDB, label_of, pictures, registered, tree
from tests.drawing import RAFDB_CLASSES, RAFDB_COUNTS, draw_jpeg, rafdb_folders, rafdb_official


@pytest.fixture
def root(tmp_path):
    """A clean tree with 104 training and 56 test pictures."""
    return tree(tmp_path / "DATASET")


def grave(kinds):
    """The kinds of the errors and warnings."""
    return {kind for kind, findings in kinds.items() if any(item.severity != "note" for item in findings)}


def test_a_clean_copy_passes(examine, root):
    """The labels are official, nobody knows the pixels, and there is nothing to say."""
    report = examine(SMALL_RAFDB, root)

    assert report.findings == ()
    assert report.passed
    assert [(split.split, split.n) for split in report.splits] == [("train", 104), ("test", 56)]
    assert {split.labels.text for split in report.splits} == {"official"}
    assert {split.pixels.text for split in report.splits} == {"unknown, looks like the official aligned crops"}
    assert report.splits[1].layout == "test/ with folders 1..7"
    assert report.splits[1].counts == COUNTS["test"]
    assert report.splits[1].sizes == {(100, 100): 56}


def test_the_whole_official_split_passes(examine, tmp_path):
    """The real card on all 3,068 names and labels of the test split, from the list; the training split is absent."""
    root = rafdb_official(tmp_path, {"test": RAFDB_COUNTS["test"]})
    report = examine("rafdb", root)
    test = next(split for split in report.splits if split.split == "test")

    assert test.labels.text == "official"
    assert test.labels.finding == "3,068 images, official by class and by id"
    assert {finding.severity for finding in report.findings if "test" in finding.splits} <= {"note"}


def test_a_swapped_class_folder(found, root):
    """Two folders that changed their names: the counts deny the official name, and the two classes are named."""
    (root / "test" / "1").rename(root / "test" / "x")
    (root / "test" / "2").rename(root / "test" / "1")
    (root / "test" / "x").rename(root / "test" / "2")
    kinds = found(SMALL_RAFDB, root)

    assert grave(kinds) == {"counts", "classes-exchanged"}
    assert kinds["counts"][0].text == (
        "The labels of test are not official: surprise 4 instead of 9; fear 9 instead of 4."
    )
    assert kinds["classes-exchanged"][0].text == (
        "In test classes look exchanged: surprise has as many pictures as fear should have; fear has as many pictures "
        "as surprise should have."
    )


def test_exact_and_re_encoded_duplicates_across_splits(found, root):
    """Twelve test pictures are training pictures byte for byte, twelve more were encoded anew: all 24 are named."""
    train, test = pictures(root, "train"), pictures(root, "test")
    for number in range(12):
        shutil.copy(train[number], test[number])
        Image.open(train[12 + number]).save(test[12 + number], quality=60 + 3 * number)
    kinds = found(SMALL_RAFDB, root)

    assert {"exact-leak", "near-leak"} <= grave(kinds)
    exact, near = kinds["exact-leak"][0], kinds["near-leak"][0]
    assert (exact.severity, near.severity) == ("error", "error")
    assert exact.splits == near.splits == ("train", "test")
    assert exact.items == tuple(twins(train[number], test[number]) for number in range(12))
    assert near.items == tuple(twins(train[12 + number], test[12 + number]) for number in range(12))
    assert grave(kinds) <= {"exact-leak", "near-leak", "exact-conflict", "near-conflict"}


def twins(train, test):
    """Two pictures as a finding names them."""
    return " = ".join(
        f"{split}/{path.stem.removesuffix('_aligned')} ({label_of(split, path)})"
        for split, path in (("train", train), ("test", test))
    )


def test_conflicting_labels(found, root):
    """Five training pictures stand under two labels each: an error for the labels, a warning for the copies."""
    train = pictures(root, "train")
    pairs = [(a, b) for a, b in zip(train, train[50:], strict=False) if label_of("train", a) != label_of("train", b)]
    for a, b in pairs[:5]:
        shutil.copy(a, b)
    kinds = found(SMALL_RAFDB, root)

    assert grave(kinds) == {"exact-conflict", "exact-duplicates"}
    assert kinds["exact-conflict"][0].severity == "error"
    assert len(kinds["exact-conflict"][0].items) == 5
    assert kinds["exact-duplicates"][0].severity == "warning"
    assert kinds["exact-duplicates"][0].text == (
        "Groups of pictures within train that are equal pixel for pixel: 5, with 10 pictures in all."
    )


def test_a_training_picture_in_the_test_folder(found, root):
    """Under its own name it is refused by name; under a test name its pixels tell."""
    train, test = pictures(root, "train"), pictures(root, "test")
    shutil.copy(train[0], test[0])
    kinds = found(SMALL_RAFDB, root)
    assert kinds["exact-leak"][0].items == (twins(train[0], test[0]),)

    test[0].rename(test[0].with_name(train[0].name))
    kinds = found(SMALL_RAFDB, root)
    assert grave(kinds) == {"cannot-open"}
    assert train[0].name in kinds["cannot-open"][0].text


def test_names_of_another_split_where_the_plugin_lets_them_pass(found, root):
    """A plugin that does not look at names: the check does, and tells foreign from unknown ones."""
    for name in ("train", "test"):
        for number, label in enumerate(RAFDB_CLASSES, start=1):
            (root / name / str(number)).rename(root / name / label)
    patterns = {split: rf"\w+/{split}_\d+_aligned\.jpg" for split in COUNTS}
    card = replace(SMALL_RAFDB.entry.card, id_pattern=patterns, classes=None)
    path = pictures(root, "test")[0]
    path.rename(path.with_name("train_00099_aligned.jpg"))
    other = pictures(root, "test")[1]
    other.rename(other.with_name("mine.jpg"))
    kinds = found(registered(card, open_folder), root)

    assert grave(kinds) == {"counts", "foreign-names", "names"}
    assert [item.rpartition("/")[2] for item in kinds["foreign-names"][0].items] == ["train_00099_aligned.jpg"]
    assert [item.rpartition("/")[2] for item in kinds["names"][0].items] == ["mine.jpg"]
    assert kinds["foreign-names"][0].severity == "error"
    assert kinds["names"][0].severity == "warning"
    assert "the counts are official, 2 of 56 ids are not" in kinds["counts"][0].text


def test_broken_files(found, root):
    """No bytes, half a picture, no picture: each is named with its reason, and the counts stay what they are."""
    empty, half, text = pictures(root, "test")[:3]
    empty.write_bytes(b"")
    half.write_bytes(half.read_bytes()[:400])
    text.write_text("404 Not Found")
    kinds = found(SMALL_RAFDB, root)

    assert grave(kinds) == {"unreadable"}
    assert kinds["unreadable"][0].text == "Pictures of test that cannot be read: 3."
    reasons = dict(item.split(": ", 1) for item in kinds["unreadable"][0].items)
    assert reasons["test_0001"] == "the file has zero bytes"
    assert "truncated" in reasons["test_0002"].lower()
    assert reasons["test_0003"] == "the file is no picture of a known format"


def test_odd_sizes_and_flat_pictures(found, root):
    """Two pictures of another size and one that is all black: warnings that name them."""
    odd, other, black = pictures(root, "train")[:3]
    draw_jpeg(odd, seed=1, size=224)
    Image.new("RGB", (100, 99), "blue").save(other)
    Image.new("RGB", (100, 100)).save(black)
    kinds = found(SMALL_RAFDB, root)

    assert grave(kinds) == {"odd-size", "flat"}
    assert kinds["odd-size"][0].items == ("train_00001: 224 x 224", "train_00002: 99 x 100")
    assert kinds["flat"][0].items == ("train_00002", "train_00003")


def test_sizes_that_vary_are_noted(found, root):
    """Where no size is the rule none is odd."""
    for number, path in enumerate(pictures(root, "test")):
        draw_jpeg(path, seed=9000 + number, size=60 + number)
    kinds = found(SMALL_RAFDB, root)

    assert grave(kinds) == set()
    assert kinds["sizes"][0].text == "The pictures of test have 56 sizes, from 60 x 60 to 115 x 115."


def test_an_alphabetical_copy(found, tmp_path):
    """Folders named by class: the labels are right, and the order that others get from this tree is named."""
    names = {name: {"happiness": "happy", "sadness": "sad", "anger": "angry"}.get(name, name) for name in RAFDB_CLASSES}
    root = rafdb_folders(tmp_path, COUNTS, names)
    kinds = found(SMALL_RAFDB, root)

    assert grave(kinds) == {"folder-order"}
    assert [finding.splits for finding in kinds["folder-order"]] == [("train",), ("test",)]
    assert "get anger, disgust, fear, happiness, neutral, sadness, surprise" in kinds["folder-order"][0].text
    assert "--class-order alphabetical7" in kinds["folder-order"][0].text


def test_an_augmented_copy(examine, found, root):
    """Mirrored, brightened and resized copies beside the originals: counts, names and the copies are all named."""
    for number, path in enumerate(pictures(root, "train")[:20]):
        picture = Image.open(path)
        ImageOps.mirror(picture).save(path.with_name(f"{path.stem}_flip.jpg"), quality=90)
        if number < 10:
            picture.resize((150, 150)).save(path.with_name(f"{path.stem}_big.jpg"), quality=90)
    kinds = found(SMALL_RAFDB, root)

    assert {"counts", "names", "mirrored-duplicates", "near-duplicates"} <= grave(kinds)
    assert len(kinds["mirrored-duplicates"][0].items) == 20
    assert len(kinds["near-duplicates"][0].items) == 10
    assert len(kinds["names"][0].items) == 30
    assert not examine(SMALL_RAFDB, root).passed


@pytest.mark.parametrize(
    ("counts", "kind", "severity"),
    [
        ((499, 500, 500, 500, 500, 500, 500), "variant", "warning"),
        ((400, 500, 500, 500, 500, 500, 500), "counts", "error"),
    ],
)
def test_an_affectnet_of_3499_pictures(examine, tmp_path, counts, kind, severity):
    """The real card knows the copy that lacks one picture, and not any other number."""
    draw_jpeg(tmp_path / "face.jpg", seed=0)
    for number, count in enumerate(counts):
        folder = tmp_path / "AffectNet" / "val" / str(number)
        folder.mkdir(parents=True)
        for i in range(count):
            os.link(tmp_path / "face.jpg", folder / f"{1000 * number + i}.jpg")
    report = examine("affectnet7", tmp_path / "AffectNet")
    finding = next(item for item in report.findings if item.kind == kind)

    assert finding.severity == severity
    if kind == "variant":
        assert report.splits[0].labels.text == "variant: copy of MA-Net and EfficientFace"
        assert "3,499 images" in finding.text

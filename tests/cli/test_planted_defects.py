"""Defects that are planted into copies of data sets: `ferbench data check` finds every one, and names it."""

from __future__ import annotations

import os
import re
import shutil

import pytest
from PIL import Image, ImageOps

from tests.doctor.drawn_people import encoded
from tests.doctor.small_rafdb import COUNTS, label_of, pictures, tree
from tests.drawing import RAFDB_CLASSES, RAFDB_COUNTS, rafdb_folders, rafdb_labels
from tests.drawing_affectnet import CLASSES, affectnet_folders
from tests.drawing_sets import draw

#: The real plugin of RAF-DB under another name, with a card whose official counts are those of the drawn trees.
SMALL = """\
from dataclasses import replace
from ferbench.hookspecs import hookimpl
from tests.doctor.small_rafdb import SMALL_RAFDB

@hookimpl
def ferbench_datasets():
    return [replace(SMALL_RAFDB.entry, card=replace(SMALL_RAFDB.entry.card, name="small"))]
"""


@pytest.fixture
def root(tmp_path):
    """A clean tree with 104 training and 56 test pictures."""
    return tree(tmp_path / "DATASET")


@pytest.fixture
def check(call, tmp_path):
    """The check of a small tree: exit code, findings by kind, and the text for people on one line."""
    plugin = tmp_path / "small.py"
    plugin.write_text(SMALL, encoding="utf-8")

    def run(root, dataset="small"):
        asked = ("data", "check", dataset, "--plugin", plugin, "--data-root", root)
        done, shown = call(*asked, "--json"), call(*asked)
        assert done.status == shown.status
        found: dict[str, list] = {}
        for finding in done.json["findings"]:
            found.setdefault(finding["kind"], []).append(finding)
        return done.status, found, " ".join(shown.out.replace("│", " ").split())

    return run


def name(path):
    """The official id of a picture."""
    return path.stem.removesuffix("_aligned")


def items(findings):
    """Everything that findings of a kind are about."""
    return [item for finding in findings for item in finding["items"]]


def ids_in(findings):
    """The ids in the items of findings about twins, sorted within each group."""
    groups = [item.split(" = ") for item in items(findings)]
    return sorted(tuple(sorted(member.split("/")[1].split(" ")[0] for member in group)) for group in groups)


def pairs(a, b):
    """The ids of pictures that are one, as `ids_in` gives them."""
    return sorted(tuple(sorted((name(one), name(other)))) for one, other in zip(a, b, strict=True))


def test_a_clean_copy_has_nothing_to_name(check, root):
    """Exit 0 and no finding, so that what is found below was planted."""
    assert check(root)[:2] == (0, {})


def test_everything_at_once_is_found_and_named(check, root):
    """A swapped folder, 12 exact and 12 re-encoded duplicates, 5 conflicts and 3 broken files in one tree."""
    train, test = pictures(root, "train"), pictures(root, "test")
    for number in range(12):
        shutil.copy(train[number], test[number])
        encoded(Image.open(train[12 + number]), 60 + 3 * number).save(test[12 + number], quality=90)
    apart = [
        (a, b) for a, b in zip(train[30:60], train[60:90], strict=True) if label_of("train", a) != label_of("train", b)
    ]
    for one, other in apart[:5]:
        shutil.copy(one, other)
    broken = test[30], test[31], train[98]
    for path, content in zip(broken, (b"", broken[1].read_bytes()[:400], b"404 Not Found"), strict=True):
        path.write_bytes(content)
    for old, new in (("1", "x"), ("2", "1"), ("x", "2")):
        (root / "test" / old).rename(root / "test" / new)
    status, found, text = check(root)

    assert status == 1
    assert ids_in(found["exact-leak"]) == pairs(train[:12], test[:12])
    assert ids_in(found["near-leak"]) == pairs(train[12:24], test[12:24])
    conflicts = pairs(*zip(*apart[:5], strict=True))
    assert set(ids_in(found["exact-conflict"])) >= set(conflicts)
    assert ids_in(found["exact-duplicates"]) == conflicts
    assert sorted(item.split(":")[0] for item in items(found["unreadable"])) == sorted(map(name, broken))
    for words in (
        "Groups of pictures across train and test that are equal pixel for pixel: 12, with 24 pictures in all.",
        "Groups of pictures within train that are equal pixel for pixel: 5, with 10 pictures in all.",
        f"train/{name(train[0])} ({label_of('train', train[0])}) = test/{name(test[0])}",
        "one picture encoded or resized anew, or nearly so: 12, with 24 pictures in all.",
        "and 7 more (all of them with --json)",
        "The labels of test are not official: surprise 4 instead of 9; fear 9 instead of 4.",
        "In test classes look exchanged: surprise has as many pictures as fear should have",
        "Pictures of test that cannot be read: 2.",
        f"{name(broken[0])}: the file has zero bytes",
        f"{name(broken[2])}: the file is no picture of a known format",
    ):
        assert words in text, words


def test_a_training_picture_in_the_test_set(check, root):
    """Under a test name its pixels tell, and under its own the name does."""
    train, test = pictures(root, "train"), pictures(root, "test")
    shutil.copy(train[0], test[0])
    status, found, text = check(root)
    assert status == 1
    assert set(found) <= {"exact-leak", "exact-conflict"}
    assert ids_in(found["exact-leak"]) == pairs(train[:1], test[:1])
    assert f"train/{name(train[0])} ({label_of('train', train[0])}) = test/{name(test[0])}" in text

    test[0].rename(test[0].with_name(train[0].name))
    status, found, text = check(root)
    assert (status, list(found)) == (1, ["cannot-open"])
    assert found["cannot-open"][0]["splits"] == ["test"]
    assert train[0].name in text


def test_an_alphabetical_copy_by_name(check, tmp_path):
    """Kaggle's class names: the labels are right, exit 0; the order that others get from such folders is named."""
    names = {name: {"happiness": "happy", "sadness": "sad", "anger": "angry"}.get(name, name) for name in RAFDB_CLASSES}
    status, found, text = check(rafdb_folders(tmp_path / "copy", COUNTS, names))

    assert (status, list(found)) == (0, ["folder-order"])
    assert [finding["splits"] for finding in found["folder-order"]] == [["train"], ["test"]]
    assert "alphabetical order get anger, disgust, fear, happiness, neutral, sadness, surprise" in text
    assert "--class-order alphabetical7" in text


def test_an_alphabetical_copy_by_number(check, tmp_path):
    """Its numbers count through the alphabet, in neither order that circulates: the official counts betray it."""
    face, split = draw(tmp_path / "face.jpg", 0), tmp_path / "copy" / "test"
    folder_of = {label: split / str(number) for number, label in enumerate(sorted(RAFDB_CLASSES))}
    for folder in folder_of.values():
        folder.mkdir(parents=True)
    for picture, label in rafdb_labels(RAFDB_COUNTS["test"], "test"):
        os.link(face, folder_of[label] / f"{picture}_aligned.jpg")
    status, found, text = check(tmp_path / "copy", "rafdb")

    assert (status, found["cannot-open"][0]["severity"]) == (1, "error")
    assert "the official counts in the order of the alphabet" in text
    assert "from the first to the last: anger, disgust, fear, happiness, neutral, sadness, surprise" in text


def test_an_affectnet_of_3499_pictures(call, tmp_path):
    """The card knows the copy that lacks one picture: a warning that says so, and exit 0."""
    counts = dict.fromkeys(CLASSES[:7], 500) | {"fear": 499}
    root = affectnet_folders(tmp_path / "AffectNet", {"val": counts}, {label: label for label in counts})
    done = call("data", "check", "affectnet7", "--data-root", root)
    text = " ".join(done.out.replace("│", " ").split())

    assert done.status == 0
    assert "errors: 0, warnings: 2" in text
    assert "variant val is not the official split but copy of MA-Net and EfficientFace: 3,499 images" in text
    assert "labels variant: copy of MA-Net and EfficientFace" in text
    assert re.search(r"fear 499 500 (500 )?499 or 500", text)


def test_an_augmented_copy(check, root):
    """Mirrored copies beside the originals, and one of a test picture: counts, names and copies are all named."""
    train, test = pictures(root, "train"), pictures(root, "test")
    for path in train[:20]:
        ImageOps.mirror(Image.open(path)).save(path.with_name(f"{path.stem}_flip.jpg"), quality=90)
    Image.open(test[5]).resize((150, 150)).save(train[30].with_name("aug_1.jpg"), quality=90)
    status, found, text = check(root)

    assert status == 1
    assert len(items(found["mirrored-duplicates"])) == 20
    assert name(test[5]) in found["near-leak"][0]["items"][0]
    assert len(items(found["names"])) == 21
    assert "The labels of train are not official" in text
    assert "Pictures in train with names that no official picture has: 21." in text
    assert "aug_1: 150 x 150" in text

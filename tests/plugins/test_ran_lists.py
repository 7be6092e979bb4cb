"""RAN's lists of hard pictures as attributes of RAF-DB and AffectNet, with the quirks that the lists have."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ferbench.errors import DataError, DataNotFound, UsageError
from ferbench_datasets.affectnet.opening import open_affectnet7, open_affectnet8
from ferbench_datasets.rafdb import open_rafdb
from tests.drawing import RAFDB_CLASSES, rafdb_folders, rafdb_labels, rafdb_official
from tests.drawing_affectnet import CLASSES, SMALL, affectnet_csv, affectnet_numbered, hashed_rows
from tests.drawing_sets import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench.interfaces import Row

RAF = {"test": dict(zip(RAFDB_CLASSES, (2, 1, 1, 3, 2, 1, 2), strict=True))}
RAF_OCCLUSION, RAF_POSE30, RAF_POSE45 = "rafdb_occlusion_list.txt", "val_raf_db_list.txt", "val_raf_db_list_45.txt"


def raf_lists(folder: Path) -> Path:
    """The lists for the drawn test pictures: 1 and 3 occluded, 2 to 5 over 30 degrees, 4 and 5 over 45."""
    labels = [(name, RAFDB_CLASSES.index(label)) for name, label in rafdb_labels(RAF["test"], "test")]
    occluded = [f"{name}_aligned {label} {kind}" for (name, label), kind in zip(labels[0:3:2], (4, 1), strict=True)]
    write(folder / RAF_OCCLUSION, "\r\n".join([*occluded, occluded[0], ""]))
    poses = [f"{label}/{name}_aligned.jpg" for name, label in labels]
    for file, listed in ((RAF_POSE30, poses[1:5]), (RAF_POSE45, poses[3:5])):
        write(folder / file, "\n".join(listed))
        label_lines = [line.partition("/")[0] for line in listed]
        write(folder / file.replace("_list", "_label"), "\n".join([f"{len(listed)} 7", *label_lines]))
    return folder


def affectnet_lists(folder: Path) -> Path:
    """The lists for the drawn validation pictures in the order of their ids: 1 occluded, 2 and 3 over 30, 3 over 45."""
    rows = [(CLASSES.index(label), name) for name, label in hashed_rows(SMALL["val"], CLASSES, "val")]
    write(folder / "occlusion_affectnet_list.txt", f"val/{rows[0][0]}/{rows[0][1]}/\n")
    write(folder / "pose_30_affectnet_list.txt", "".join(f"{code}/{name}.jpg\n" for code, name in rows[1:3]))
    write(folder / "pose_45_affectnet_list.txt", "".join(f"{code}/{name}.jpg\n" for code, name in rows[2:3]))
    return folder


def having(rows: tuple[Row, ...], attributes: Mapping[str, str]) -> list[str]:
    """Ids of the rows with these attributes."""
    return [row.id for row in rows if attributes.items() <= row.attributes.items()]


def test_lists_become_attributes_of_rafdb(tmp_path: Path) -> None:
    """CRLF and a line that stands there twice change nothing; RAN's subsets are each one value of an attribute."""
    root = rafdb_official(tmp_path / "basic", RAF)
    opened = open_rafdb(root, "test", ran_lists=str(raf_lists(tmp_path / "lists")))

    assert having(opened.rows, {"occlusion": "occluded"}) == ["test_0001", "test_0003"]
    assert having(opened.rows, {"occlusion_type": "4"}) == ["test_0001"]
    assert having(opened.rows, {"occlusion_type": "1"}) == ["test_0003"]
    assert having(opened.rows, {"pose30": "over30"}) == ["test_0002", "test_0003", "test_0004", "test_0005"]
    assert having(opened.rows, {"pose45": "over45"}) == ["test_0004", "test_0005"]
    assert Counter(row.attributes["occlusion"] for row in opened.rows) == {"occluded": 2, "none": 10}
    assert Counter(row.attributes["pose45"] for row in opened.rows) == {"over45": 2, "other": 10}
    assert opened.layout.endswith(f"Image/aligned; RAN's {RAF_OCCLUSION}, {RAF_POSE30}, {RAF_POSE45}")


@pytest.mark.parametrize("place", [".", "basic", "RAF_DB_dir", "basic/RAF_DB_dir"])
def test_lists_are_found_in_the_data_root(tmp_path: Path, place: str) -> None:
    """In the root or the folder of the set, or below in the folder that they have in their repository."""
    rafdb_official(tmp_path / "basic", RAF, attributes=True)
    raf_lists(tmp_path / place)
    row = open_rafdb(tmp_path, "test").rows[0]

    assert row.attributes.keys() == {"gender", "race", "age", "occlusion", "occlusion_type", "pose30", "pose45"}


def test_each_list_gives_its_own_attribute(tmp_path: Path) -> None:
    """Who has one list has one attribute; class folders take it too."""
    root = rafdb_folders(tmp_path, RAF)
    raf_lists(root)
    (root / RAF_OCCLUSION).unlink()
    (root / RAF_POSE30).unlink()

    assert {tuple(row.attributes) for row in open_rafdb(root, "test").rows} == {("pose45",)}


def test_lists_are_for_the_test_split(tmp_path: Path) -> None:
    """Found in the root they give training pictures nothing; asked for them they are refused."""
    root = rafdb_official(tmp_path, {"train": RAF["test"], "test": RAF["test"]})
    raf_lists(root)

    assert all(row.attributes == {} for row in open_rafdb(root, "train").rows)
    with pytest.raises(UsageError, match="pictures of the split test"):
        open_rafdb(root, "train", ran_lists=str(root))


def test_folder_without_lists_is_refused(tmp_path: Path) -> None:
    """The message names the files and where they come from."""
    root = rafdb_official(tmp_path, RAF)
    with pytest.raises(DataNotFound, match=r"RAF_DB_dir/ below is any of rafdb_occlusion_list.txt(?s:.)*kaiwang960112"):
        open_rafdb(root, "test", ran_lists=str(tmp_path / "Image"))


@pytest.mark.parametrize(
    ("file", "line", "problem"),
    [
        (RAF_POSE30, "4 7", "Line 5 is '4 7'"),
        (RAF_POSE30, "0/face.jpg", "Line 5 is '0/face.jpg'"),
        (RAF_POSE30, "7/test_0001_aligned.jpg", "Line 5 is"),
        (RAF_POSE30, "../0/test_0001_aligned.jpg", "Line 5 is"),
        (RAF_OCCLUSION, "test_0001_aligned 3", "Line 4 is 'test_0001_aligned 3'"),
        (RAF_OCCLUSION, "test_0001_aligned 3 5", "Line 4 is"),
        (RAF_POSE45, "0/test_3000_aligned.jpg", "1 are not there: test_3000"),
    ],
)
def test_broken_list_is_refused(tmp_path: Path, file: str, line: str, problem: str) -> None:
    """The message names file and line, or the picture that is not in the split."""
    root = raf_lists(rafdb_official(tmp_path, RAF))
    write(root / file, f"{(root / file).read_text().rstrip()}\n{line}\n")
    with pytest.raises(DataError, match=rf"{file}(?s:.)*{problem}"):
        open_rafdb(root, "test")


def test_list_that_contradicts_is_refused(tmp_path: Path) -> None:
    """One picture with two types, and a class that is not that of the split."""
    root = raf_lists(rafdb_official(tmp_path, RAF))
    name, label = rafdb_labels(RAF["test"], "test")[0]
    code = RAFDB_CLASSES.index(label)
    write(root / RAF_OCCLUSION, f"{name}_aligned {code} 1\n{name}_aligned {code} 2\n")
    with pytest.raises(DataError, match=f"Line 2 says of {name} something else"):
        open_rafdb(root, "test")
    other = (code + 1) % 7
    write(root / RAF_OCCLUSION, f"{name}_aligned {other} 1\n")
    with pytest.raises(DataError, match=f"1 have another class there, as {name}: {RAFDB_CLASSES[other]} on the list"):
        open_rafdb(root, "test")


def test_lists_become_attributes_of_affectnet(tmp_path: Path) -> None:
    """Pictures are named by their hashes, occluded ones as folders; contempt is no part of seven classes."""
    root = affectnet_csv(tmp_path / "AffectNet", SMALL)
    lists = affectnet_lists(tmp_path / "copy" / "AffectNet_dir").parent
    ids = [name for name, _ in hashed_rows(SMALL["val"], CLASSES, "val")]
    eight = open_affectnet8(root, "val", ran_lists=str(lists)).rows
    seven = open_affectnet7(root, "val", ran_lists=str(lists)).rows

    assert having(eight, {"occlusion": "occluded"}) == ids[:1]
    assert having(eight, {"pose30": "over30"}) == ids[1:3]
    assert having(eight, {"pose45": "over45"}) == ids[2:3]
    assert all(row.attributes.keys() == {"occlusion", "pose30", "pose45"} for row in eight)
    kept = [row.id for row in seven]
    assert len(kept) < len(ids)
    assert having(seven, {"pose30": "over30"}) == [name for name in ids[1:3] if name in kept]


def test_numbered_release_has_none_of_the_lists_pictures(tmp_path: Path) -> None:
    """The lists name hashes, and nobody knows which number is which hash."""
    root = affectnet_numbered(tmp_path, SMALL)
    with pytest.raises(DataError, match=r"1 are not there(?s:.)*by the hashes of the original release"):
        open_affectnet8(root, "val", ran_lists=str(affectnet_lists(tmp_path / "lists")))

"""Kept manifests: equal to the tree's own, and never used once the tree has changed in a way that can be seen."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from ferbench.interfaces import Row
from ferbench.pipeline import manifest_cache, tree_state
from ferbench.pipeline.manifest_cache import KeptFiles, open_kept
from ferbench.plugin_manager import build_catalog
from tests.doctor.made_sets import made_set
from tests.drawing import RAFDB_CLASSES, draw_jpeg, folder_tree, rafdb_folders, rafdb_official

if TYPE_CHECKING:
    from pathlib import Path

SMALL = {split: dict.fromkeys(RAFDB_CLASSES, 2) for split in ("train", "test")}


@pytest.fixture(autouse=True)
def small_manifests_are_kept(monkeypatch):
    """Fourteen pictures are as good as 300,000."""
    monkeypatch.setattr(manifest_cache, "WORTH_KEEPING", 5)


def aged(root):
    """The tree as if it had been there for an hour."""
    then = time.time() - 3600
    for path in (*root.rglob("*"), root):
        os.utime(path, (then, then), follow_symlinks=False)
    return root


@dataclass
class Opener:
    """One data set with one cache."""

    registered: object
    home: Path

    def __call__(self, root, split="test", **options):
        return open_kept(self.registered, root, split, options, self.home)

    def kept(self, root, split="test", **options):
        """Whether a split comes from the cache."""
        return isinstance(self(root, split, **options).dataset, KeptFiles)


def plain(registered):
    """A data set that says that its pictures are plain files."""

    def opened(root, split):
        found = registered.entry.open(root, split)
        object.__setattr__(found, "plain_files", True)
        return found

    return replace(registered, entry=replace(registered.entry, open=opened))


@pytest.fixture
def rafdb(tmp_path):
    """RAF-DB with a cache."""
    return Opener(build_catalog().datasets.get("rafdb"), tmp_path / "cache" / "manifests")


@pytest.fixture
def official(tmp_path):
    """A small RAF-DB that has been there for an hour, with attributes."""
    return aged(rafdb_official(tmp_path / "basic", SMALL, attributes=True))


def test_a_kept_manifest_is_the_one_of_the_tree(rafdb, official):
    """Ids, labels, attributes, classes, layout, order and bytes are equal; only the sources are written otherwise."""
    first, again = rafdb(official), rafdb(official)

    assert not isinstance(first.dataset, KeptFiles)
    assert isinstance(again.dataset, KeptFiles)
    assert [replace(row, source=None) for row in again.rows] == [replace(row, source=None) for row in first.rows]
    assert [again.read(row) for row in again.rows] == [first.read(row) for row in first.rows]
    assert (again.classes, again.layout) == (first.classes, first.layout)
    assert again.rows[0].attributes["gender"] == first.rows[0].attributes["gender"]


def test_everything_of_a_row_is_kept(tmp_path):
    """Groups, boxes and soft labels, and absent ones beside them."""
    pictures = sorted(folder_tree(tmp_path / "tree", {"a": 6}).rglob("*.jpg"))
    facts = [
        {"group": "Zoë", "box": (1, 2.5, 3, 4)},
        {"soft_label": {"sadness": 0.25}},
        {"attributes": {"age": "4-19"}},
    ]
    rows = [
        Row(id=f"ü{n}", label="sadness", source=path, **facts[n % 4] if n % 4 < 3 else {})
        for n, path in enumerate(pictures)
    ]
    aged(tmp_path / "tree")
    opener = Opener(plain(made_set({"test": rows})), tmp_path / "cache")
    first, again = opener(tmp_path / "tree"), opener(tmp_path / "tree")

    assert isinstance(again.dataset, KeptFiles)
    assert [replace(row, source=None) for row in again.rows] == [replace(row, source=None) for row in first.rows]


def change_label(root):
    path = root / "EmoLabel" / "list_patition_label.txt"
    text = path.read_text()
    line = next(line for line in text.splitlines() if line.startswith("test_0001"))
    path.write_text(text.replace(line, f"test_0001.jpg {7 if line[-1] != '7' else 1}"))


def change_attribute(root):
    path = root / "Annotation" / "manual" / "test_0002_manu_attri.txt"
    path.write_text(path.read_text().replace("\n", "\n\n"))


def remove_picture(root):
    (root / "Image" / "aligned" / "test_0001_aligned.jpg").rename(root / "Image" / "elsewhere.jpg")
    draw_jpeg(root / "Image" / "aligned" / "test_0001.png", seed=1)


def add_folder(root):
    (root / "Image" / "aligned_224").mkdir()


def swap_lists(root):
    path = root / "EmoLabel" / "list_patition_label.txt"
    path.rename(path.with_name("list_partition_label.txt"))


@pytest.mark.parametrize("change", [change_label, change_attribute, remove_picture, add_folder, swap_lists])
def test_a_changed_tree_is_read_again(rafdb, official, change):
    """Lists and annotations that were written into, and folders in which something came, went or was renamed."""
    rafdb(official)
    assert rafdb.kept(official)
    change(official)

    assert not rafdb.kept(official)


def test_other_questions_have_other_manifests(rafdb, official, tmp_path):
    """Another split, option, root or version of the plugin is never answered from this one."""
    shutil.copytree(official, tmp_path / "copy")
    rafdb(official)
    other = Opener(replace(rafdb.registered, origin=replace(rafdb.registered.origin, sha256="1" * 64)), rafdb.home)

    assert not rafdb.kept(official, "train")
    assert not rafdb.kept(official, images="aligned")
    assert not rafdb.kept(aged(tmp_path / "copy"))
    assert not other.kept(official)
    assert rafdb.kept(official)


def test_files_that_options_name_are_watched(tmp_path):
    """An option may name a list outside of the root."""
    table = tmp_path / "elsewhere" / "list.txt"
    table.parent.mkdir()
    table.write_text("test")
    os.utime(table, (1, 1))
    aged(table.parent)
    tree = aged(rafdb_folders(tmp_path / "tree", SMALL))
    registered = build_catalog().datasets.get("rafdb")
    opening = registered.entry.open
    listed = replace(registered, entry=replace(registered.entry, open=lambda root, split, **_: opening(root, split)))
    opener = Opener(listed, tmp_path / "cache")

    opener(tree, listing=str(table))
    assert opener.kept(tree, listing=str(table))
    table.write_text("changed")
    assert not opener.kept(tree, listing=str(table))


def test_a_tree_that_has_just_changed_is_not_kept(rafdb, tmp_path):
    """Its clock may not tell the next change apart."""
    fresh = rafdb_official(tmp_path / "basic", SMALL)
    rafdb(fresh)

    assert not rafdb.kept(fresh)
    assert not rafdb.home.exists()


def test_what_cannot_be_kept_is_opened_each_time(tmp_path, rafdb, official, monkeypatch):
    """Small sets, sets without a root, sets whose pictures are no plain files, pictures outside of the root."""
    monkeypatch.setattr(manifest_cache, "WORTH_KEEPING", 15)
    assert not any(rafdb.kept(official) for _ in range(2))
    monkeypatch.setattr(manifest_cache, "WORTH_KEEPING", 5)

    synthetic = Opener(build_catalog().datasets.get("synthetic"), tmp_path / "none")
    assert not any(synthetic.kept(None) for _ in range(2))
    rows = [Row(id=str(n), label="sadness", source=tmp_path / f"{n}.jpg") for n in range(9)]
    for made, root in ((made_set({"test": rows}), tmp_path), (plain(made_set({"test": rows})), official)):
        assert not any(Opener(made, tmp_path / "none").kept(root) for _ in range(2))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', '{"format": 0}', "\x00"])
def test_a_damaged_cache_is_read_past(rafdb, official, content):
    """Half a file, another format, no JSON: the tree is read, and the cache is written anew."""
    rafdb(official)
    place = next(rafdb.home.iterdir())
    place.write_text(content)

    assert not rafdb.kept(official)
    assert rafdb.kept(official)
    assert json.loads(place.read_text())["format"] == 1


def test_a_cache_that_cannot_be_written_is_done_without(official, tmp_path):
    """A file is where the folder of the cache should be."""
    (tmp_path / "file").touch()
    opener = Opener(build_catalog().datasets.get("rafdb"), tmp_path / "file" / "manifests")

    assert not any(opener.kept(official) for _ in range(2))


def test_what_a_crowd_of_annotations_hides(rafdb, official, monkeypatch):
    """Of more files than are watched one by one, one that is overwritten in place may be missed, all of them are not.

    This is the limit that is documented: each of them is a file of one picture, and to ask for each costs as much as
    reading them.
    """
    monkeypatch.setattr(tree_state, "MOST_WATCHED", 7)
    rafdb(official)
    files = sorted((official / "Annotation" / "manual").iterdir())
    files[1].write_text(files[1].read_text() + "\n")
    assert rafdb.kept(official)

    for path in files:
        path.write_text(path.read_text() + "\n")
    assert not rafdb.kept(official)


def test_loops_of_links_are_watched_once(rafdb, tmp_path):
    """A tree that leads back into itself has an end."""
    tree = rafdb_folders(tmp_path / "DATASET", SMALL)
    (tree / "again").symlink_to(tree)
    (tree / "nowhere").symlink_to("nowhere")
    aged(tree)
    rafdb(tree)

    assert rafdb.kept(tree)

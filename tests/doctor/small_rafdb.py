"""RAF-DB in small: the real plugin on drawn trees, with a card whose official counts are those of the trees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ferbench.catalog import Origin, Registered
from ferbench.interfaces import DatasetEntry
from ferbench_datasets.rafdb import open_rafdb
from ferbench_datasets.rafdb_card import CARD
from tests.doctor.drawn_people import portrait
from tests.drawing import RAFDB_CLASSES, rafdb_folders, rafdb_labels

#: Like the real ones, the counts of a split are all different.
COUNTS = {
    "train": dict(zip(RAFDB_CLASSES, (20, 7, 9, 30, 14, 8, 16), strict=True)),
    "test": dict(zip(RAFDB_CLASSES, (9, 4, 6, 14, 10, 5, 8), strict=True)),
}


def registered(card, opening):
    """A data set as the catalog holds it."""
    origin = Origin(plugin="mine", distribution="mine", version="1", sources=(Path(__file__),), sha256="0" * 64)
    return Registered(entry=DatasetEntry(card=card, open=opening), origin=origin)


SMALL_RAFDB = registered(replace(CARD, counts=COUNTS, variants=()), open_rafdb)


def tree(root):
    """A clean copy in class folders 1..7, every picture that of another drawn person."""
    rafdb_folders(root, COUNTS)
    for number, path in enumerate(pictures(root, "train") + pictures(root, "test")):
        portrait(number).save(path, quality=95)
    return root


def pictures(root, split):
    """The pictures of a split in the order of their ids."""
    return sorted((root / split).rglob("*.jpg"), key=lambda path: path.name)


def label_of(split, path):
    """The class of a drawn picture by its name."""
    return dict(rafdb_labels(COUNTS[split], split))[path.stem.removesuffix("_aligned")]

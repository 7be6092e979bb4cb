"""A small tree of every data set of the field, in an official layout."""

from __future__ import annotations

from functools import partial

from ferbench.emotions import COMPOUND
from tests.drawing import RAFDB_CLASSES, folder_tree, rafdb_official
from tests.drawing_affectnet import SMALL, affectnet_csv, affectnet_numbered
from tests.drawing_fer import FER2013_CLASSES, fer2013_table, ferplus_tables
from tests.drawing_sets import draw, miniature, write

#: A miniature tree has other numbers of pictures than the official set.
MINIATURE = ("counts",)
A_SPLIT = dict.fromkeys(RAFDB_CLASSES, 2)


def compound(root):
    """Two pictures of every compound expression, in folders with their names."""
    for number, label in enumerate((*COMPOUND, *COMPOUND), start=1):
        draw(root / "test" / label.replace("_", " ").title() / f"test_{number:04d}_aligned.jpg", number)
    return root


def fer2013(root):
    """Two rows of every class and usage."""
    usages = ("Training", "PublicTest", "PrivateTest")
    return fer2013_table(root, [(i // 3 % 7, usages[i % 3]) for i in range(6 * len(FER2013_CLASSES))])


def ferplus(root):
    """Rows that all raters agree on."""
    votes = [",".join("10" if place == label else "0" for place in range(10)) for label in range(8)]
    usages = ("Training", "PublicTest", "PrivateTest")
    lines = [(usages[i % 3], f"fer{i:07d}.png", votes[i // 3 % 8]) for i in range(24)]
    return ferplus_tables(root, lines)


def table(root):
    """A table of two pictures."""
    for number, name in enumerate(("a", "b")):
        draw(root / f"{name}.png", number)
    write(root / "table.csv", "path,label,light\na.png,fear,dim\nb.png,anger,bright\n")
    return root


TREES = {
    **{
        name: partial(miniature, name)
        for name in ("affwild2", "caers", "ckplus", "expw", "ferg", "jaffe", "kdef", "oulu", "sfew")
    },
    "rafdb": lambda root: rafdb_official(root, {"train": A_SPLIT, "test": A_SPLIT}, attributes=True),
    "rafdb_compound": compound,
    "affectnet7": lambda root: affectnet_csv(root, SMALL),
    "affectnet8": lambda root: affectnet_numbered(root, {"val": SMALL["val"]}),
    "ferplus": ferplus,
    "fer2013": fer2013,
    "folder": lambda root: folder_tree(root, {"happy": 2, "fear": 2}),
    "table": table,
}

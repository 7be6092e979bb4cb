"""The user's own pictures: class folders, split folders, a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.drawing_sets import draw, write
from tests.layouts.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def own() -> Iterator[Layout]:
    """The user's own pictures: a tree, a tree with splits, a table."""
    classes = ("happiness", "sadness", "surprise")
    counts = {"happiness": 2, "sadness": 1, "surprise": 1}
    for name, above in (("class folders", ""), ("split folders", "Test/")):
        yield Layout(
            dataset="folder",
            name=name,
            draw=lambda root, above=above: own_folders(root / above),
            words="class folders",
            classes=classes,
            counts=counts,
            labels={"Happy/b.png": "happiness", "2_sad/a.png": "sadness"},
            options={"split": "test"} if above else {},
        )
    yield Layout(
        dataset="table",
        name="table",
        draw=own_table,
        words="table of paths and labels",
        classes=classes,
        counts=counts,
        labels={"x1": "surprise", "x2": "happiness", "x3": "sadness", "x4": "happiness"},
        attributes={"x1": {"country": "NA"}, "x4": {"country": "DE"}},
    )


def own_folders(root: Path) -> None:
    """Four pictures in three class folders."""
    for number, name in enumerate(("Happy/a", "Happy/b", "2_sad/a", "surprised/a")):
        draw(root / f"{name}.png", number)


def own_table(root: Path) -> None:
    """A table whose ids are in another order than its paths."""
    own_folders(root / "pictures")
    lines = ["id,path,label,country", "x1,pictures/surprised/a.png,surprised,NA", "x2,pictures/Happy/b.png,Happy,NA"]
    lines += ["x3,pictures/2_sad/a.png,sad,NA", "x4,pictures/Happy/a.png,joy,DE"]
    write(root / "table.csv", "\n".join(lines) + "\n")

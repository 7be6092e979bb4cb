"""AffectNet with seven and eight classes in every layout."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.drawing_affectnet import CLASSES as AFFECTNET
from tests.drawing_affectnet import (
    CODES,
    SMALL,
    affectnet_csv,
    affectnet_folders,
    affectnet_lists,
    affectnet_numbered,
    hashed_rows,
    numbered_rows,
)
from tests.drawing_sets import write
from tests.layouts.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


def affectnet() -> Iterator[Layout]:
    """AffectNet with seven and eight classes: tables, both forms of the numbered release, class folders."""
    for n in (7, 8):
        classes = AFFECTNET[:n]
        numbered, hashed = dict(numbered_rows(SMALL["val"], classes)), dict(hashed_rows(SMALL["val"], classes, "val"))

        def layout(
            name: str, draw_: Callable[[Path], object], words: str, labels: Mapping[str, str], **facts: object
        ) -> Layout:
            return Layout(
                dataset=f"affectnet{len(classes)}",  # noqa: B023 - called at once
                name=name,
                draw=draw_,
                words=words,
                classes=classes,  # noqa: B023
                counts=Counter(labels.values()),
                labels=labels,
                **facts,
            )

        first = next(iter(hashed))
        yield layout(
            "csv", lambda root: affectnet_csv(root, SMALL), "validation.csv, Manually_Annotated_Images/", hashed
        )
        yield layout(
            "csv in their folder, with RAN's lists",
            lambda root, first=first, hashed=hashed: affectnet_hard(root, first, hashed[first]),
            "Manually_Annotated_file_lists/validation.csv, Manually_Annotated_Images/",
            hashed,
            attributes={first: {"pose30": "over30"}},
        )
        for val in ("val_set", "valid_set"):
            yield layout(
                f"numbered, {val}",
                lambda root, val=val: affectnet_numbered(root, SMALL, val=val),
                f"{val}/images, annotations/*_exp.npy",
                numbered,
            )
        yield layout(
            "lists",
            lambda root, n=n: affectnet_lists(root, SMALL, n),
            f"valid_set/images, valid_annotations_{n}class.txt",
            numbered,
        )
        codes = {name: str(code) for code, name in enumerate(CODES) if name in classes}
        names = {name: name.capitalize() for name in AFFECTNET} | {"happiness": "Happy", "sadness": "2_sad"}
        yield layout(
            "folders by code",
            lambda root, codes=codes: affectnet_folders(root / "AffectNet", SMALL, codes),
            "val/ with folders named by AffectNet's codes",
            numbered,
        )
        yield layout(
            "folders by name, pictures by hash",
            lambda root, names=names: affectnet_folders(root, SMALL, names, "valid", hashed=True),
            "valid/ with folders named by class",
            hashed,
        )


def affectnet_hard(root: Path, name: str, label: str) -> None:
    """The tables in a folder of their own, and RAN's list of one picture that is seen from the side."""
    affectnet_csv(root, SMALL, "Manually_Annotated_file_lists")
    write(root / "AffectNet_dir" / "pose_30_affectnet_list.txt", f"{AFFECTNET.index(label)}/{name}.jpg\n")

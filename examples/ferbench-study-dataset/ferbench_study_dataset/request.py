"""What was asked for: the folder, the split, the option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.errors import DataNotFound, UsageError

from ferbench_study_dataset.card import CARD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = ("pictures.csv", "ratings.csv")
FOLDER = "pictures"
OPTION = "min_raters"


def find_study(root: Path | None) -> Path:
    """The folder of the study, once everything is known to be there."""
    absent = [] if root is None else [name for name in (*TABLES, FOLDER) if not (root / name).exists()]
    if root is None or absent:
        raise DataNotFound(
            f"The data set {CARD.name} was looked for{'' if root is None else f' in {root}'}.",
            f"There is no {' and no '.join(absent)}." if absent else "No data root was given.",
            f"Expected: {CARD.layout}. Name that folder with --data-root. {CARD.obtain}",
        )
    return root


def require_split(split: str) -> None:
    """Refuse a split that the study does not have."""
    if split not in CARD.splits:
        raise UsageError(
            f"The split {split!r} of {CARD.name} was asked for.",
            f"{CARD.name} has the splits {', '.join(CARD.splits)}.",
            f"Pass one of them, as in: --split {CARD.default_split}",
        )


def min_raters(options: Mapping[str, Any]) -> int:
    """The only option, as a number; options come from the command line, as texts."""
    unknown = [name for name in options if name != OPTION]
    if unknown:
        raise UsageError(
            f"The option {unknown[0]!r} of {CARD.name} was given.",
            f"{CARD.name} has the option {OPTION}.",
            "Correct the name, or leave the option out.",
        )
    text = str(options.get(OPTION, "1"))
    if not (text.isascii() and text.isdigit() and int(text)):
        raise UsageError(
            f"{OPTION}={text} was given for {CARD.name}.",
            "That is no number from 1.",
            f"Pass one, as in: --dataset-option {OPTION}=3",
        )
    return int(text)

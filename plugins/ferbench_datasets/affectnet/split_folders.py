"""Which folder is that of a split, where it goes by several names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def one_folder(base: Path, split: str, names: Iterable[str], holds: str = "") -> Path | None:
    """The folder of a split that goes by one of the names and has a subfolder `holds`; None where there is none.

    Raises:
        DataError: there are several.
    """
    found = [base / name for name in names if (base / name / holds).is_dir()]
    if len(found) > 1:
        raise DataError(
            f"The split {split} of AffectNet was looked for in {shown(base)}.",
            f"{' and '.join(folder.name for folder in found)} both mean it.",
            "Keep or rename one of them.",
        )
    return found[0] if found else None

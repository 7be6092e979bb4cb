"""A folder with one subfolder for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.listing import pictures_below, pictures_in, subfolders
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path


def pictures_by_folder(folder: Path) -> dict[str, list[Path]]:
    """Name of every class folder -> its pictures, at any depth; nothing is read.

    Raises:
        DataError: there are no class folders, one of them is empty, or pictures lie beside them.
    """
    asked = f"The class folders of {shown(folder)} were to be listed."
    beside = pictures_in(folder)
    if beside:
        raise DataError(
            asked,
            f"Pictures that lie in no class folder ({len(beside)}): {first_few([path.name for path in beside])}.",
            "Put every picture into the folder of its class.",
        )
    found = {path.name: pictures_below(path) for path in subfolders(folder)}
    if not found:
        raise DataError(asked, "It holds no folders and no pictures.", "Name a folder with one subfolder per class.")
    empty = [name for name, pictures in found.items() if not pictures]
    if empty:
        raise DataError(
            asked,
            f"No picture lies in {first_few(empty)}.",
            "Fill the folders or remove them: an empty class is usually a copy that stopped half-way.",
        )
    return found

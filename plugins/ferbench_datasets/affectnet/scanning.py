"""Folders with hundreds of thousands of files, listed as a stream of names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def file_names(folder: Path) -> Iterator[str]:
    """Names of the files in a folder that are not hidden, in no order.

    Raises:
        DataError: the folder cannot be listed.
    """
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith((".", "__MACOSX")) and not entry.is_dir(follow_symlinks=False):
                    yield entry.name
    except OSError as error:
        raise DataError(
            f"The folder {shown(folder)} was to be listed.",
            f"The system says: {error.strerror}.",
            "Check the folder and its permissions.",
        ) from error

"""Small text files, read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path


def read_text(path: Path) -> str:
    """Text of a file in UTF-8, with or without a byte order mark; line ends are kept as they are.

    Raises:
        DataError: the file cannot be read, or is no UTF-8.
    """
    asked = f"The file {shown(path)} was to be read."
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(asked, f"The system says: {error.strerror}.", "Check the file and its permissions.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(asked, f"Line {line} is no UTF-8 text.", "Save the file again as UTF-8.") from error


def numbered_lines(path: Path) -> list[tuple[int, str]]:
    """(line number from 1, text) of the lines of a file that are not blank."""
    return [(number, line) for number, line in enumerate(read_text(path).splitlines(), start=1) if line.strip()]

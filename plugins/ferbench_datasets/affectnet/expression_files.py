"""Expressions of the numbered release: `annotations/NUMBER_exp.npy`, each an array of no dimension that holds a text.

A training split has 287,651 of these files and as many of each other kind, but only some eleven different contents.
So the folder is listed as a stream, and what a content means is worked out once.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.affectnet.card import CODES
from ferbench_datasets.affectnet.names import number_in
from ferbench_datasets.affectnet.scanning import file_names
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = "_exp.npy"
#: Bytes of a file that is no expression any more; a real one has some 132.
LIMIT = 4096

_CODE_OF = {str(code): code for code in range(len(CODES))}


def read_expressions(folder: Path) -> dict[int, int]:
    """Number of a picture -> code, by the files of a folder of annotations; all other files are passed over.

    Raises:
        DataError: a file that holds no code or cannot be read, a name without a number, a number that stands twice.
    """
    asked = f"The expressions in {shown(folder)} were to be read."
    code_of: dict[int, int] = {}
    meanings: dict[bytes, int] = {}
    for name in file_names(folder):
        if not name.endswith(SUFFIX):
            continue
        number = number_in(name.removesuffix(SUFFIX))
        if number is None or number in code_of:
            problem = "has no number" if number is None else "is the second of its number"
            raise DataError(asked, f"The file {shown(name)} {problem}.", "Unpack the annotations again.")
        content = read_content(asked, f"{folder}{os.sep}{name}")
        if content not in meanings:
            meanings[content] = code_in(asked, name, content)
        code_of[number] = meanings[content]
    return code_of


def read_content(asked: str, path: str) -> bytes:
    """The first LIMIT bytes of a file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            return os.read(descriptor, LIMIT)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise DataError(
            asked, f"The system says of {shown(path)}: {error.strerror}.", "Check the file and its permissions."
        ) from error


def code_in(asked: str, name: str, content: bytes) -> int:
    """The code that a NumPy file holds as a text or a number; objects are never unpickled."""
    import numpy as np

    try:
        array = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise DataError(asked, f"{shown(name)} is no NumPy file: {error}.", "Unpack the annotations again.") from error
    value = array.item() if array.size == 1 else None
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    code = _CODE_OF.get(text.strip())
    if code is None:
        meanings = ", ".join(f"{code} {meaning}" for code, meaning in enumerate(CODES))
        raise DataError(
            asked,
            f"{shown(name)} holds {array.dtype} {array.shape} {shown(text)!r}; there are {meanings}.",
            "Unpack the annotations again.",
        )
    return code

"""Pictures and folders of a tree. Hidden things (`.DS_Store`, `._face.jpg`, `__MACOSX`) are no part of it."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from ferbench.errors import DataError
from ferbench_datasets.wording import shown

#: What Pillow can open, and what only some builds can: a picture that cannot be decoded is listed, not passed over.
PICTURE_SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".pgm", ".png", ".ppm"}
    | {".tga", ".tif", ".tiff", ".webp"}
)


def visible(folder: Path) -> list[os.DirEntry[str]]:
    """The entries of a folder that are not hidden, by name."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if not entry.name.startswith((".", "__MACOSX"))]
    except OSError as error:
        raise DataError(
            f"The folder {shown(folder)} was to be listed.",
            f"The system says: {error.strerror}.",
            "Check the folder and its permissions.",
        ) from error
    return sorted(found, key=lambda entry: entry.name)


def subfolders(folder: Path) -> list[Path]:
    """The folders in a folder, by name; links to folders count, so that a tree can be put together from links."""
    return [Path(entry.path) for entry in visible(folder) if is_folder(entry)]


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder or a link to one; a link that leads in a circle leads to none."""
    # DirEntry.is_dir() raises there, Path.is_dir() does not; it asks the system, so it is kept for links.
    return Path(entry.path).is_dir() if entry.is_symlink() else entry.is_dir()


def pictures_in(folder: Path) -> list[Path]:
    """The picture files that lie directly in a folder, by name."""
    return [Path(entry.path) for entry in visible(folder) if not is_folder(entry) and is_picture(entry.name)]


def pictures_below(folder: Path) -> list[Path]:
    """The picture files in a folder and in its subfolders.

    Raises:
        DataError: a subfolder is a link: following it may never end, and passing it over would lose pictures.
    """
    found = pictures_in(folder)
    for below in subfolders(folder):
        if below.is_symlink():
            raise DataError(
                f"The pictures below {shown(folder)} were to be listed.",
                f"{shown(below)} is a link to a folder.",
                "Put the folder itself there, or remove the link.",
            )
        found += pictures_below(below)
    return found


def is_picture(name: str) -> bool:
    """Whether a file name ends like that of a picture, in any case."""
    return Path(name).suffix.lower() in PICTURE_SUFFIXES


def relative_id(path: Path, folder: Path) -> str:
    """Path below a folder with `/`, in Unicode NFC: the same id on every system.

    Raises:
        DataError: the name holds bytes that are no UTF-8, so that no record could hold it.
    """
    name = path.relative_to(folder).as_posix()
    if shown(name) != name:
        raise DataError(
            f"The file {shown(path)} was to be given an id.",
            "Its name holds bytes that are no UTF-8.",
            "Rename the file; `convmv -t utf8` converts the names of a whole tree.",
        )
    return unicodedata.normalize("NFC", name)

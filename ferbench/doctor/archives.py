"""The files of an official release: where they lie, and which of them are there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.errors import DataError, DataNotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferbench.cards import Archive, DatasetCard

#: Folders below the one that is named in which archives are looked for.
_LEVELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An archive of the release, and its file."""

    archive: Archive
    path: Path

    @property
    def is_zip(self) -> bool:
        """Whether it is unpacked, not copied."""
        return self.path.suffix.lower() == ".zip"


def find_archives(card: DatasetCard, folder: Path) -> list[Found]:
    """The archives of a release in a folder and up to three levels below, in the order of the card.

    Raises:
        UsageError: nobody has written down what the release is made of.
        DataNotFound: the folder, or an archive without which nothing can be evaluated, is not there.
        DataError: two files may be meant.
    """
    asked = f"The archives of {card.name} were looked for in {folder}."
    if not card.archives:
        raise UsageError(
            asked,
            f"What the official release of {card.name} is made of is not on its card.",
            f"Unpack it yourself into a layout that is recognised: {card.layout}",
        )
    files = sorted(files_below(folder, asked))
    found = [Found(archive=archive, path=path) for archive in card.archives for path in matching(archive, files, asked)]
    missing = [archive.name for archive in card.archives if archive.required and not has(found, archive)]
    if missing:
        raise DataNotFound(
            asked,
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not there.",
            f"Name the folder that holds the archives as they were downloaded with --from. {card.obtain}",
        )
    return found


def matching(archive: Archive, files: Sequence[Path], asked: str) -> list[Path]:
    """The file of an archive, as a list of one or none."""
    named = [path for path in files if fnmatch(path.name.lower(), archive.name.lower())]
    if len(named) > 1:
        raise DataError(
            asked,
            f"{' and '.join(map(str, named[:3]))} may be {archive.name}.",
            "Name the folder of one release with --from.",
        )
    return named


def has(found: Sequence[Found], archive: Archive) -> bool:
    """Whether an archive was found."""
    return any(item.archive == archive for item in found)


def files_below(folder: Path, asked: str) -> Iterator[Path]:
    """Files in a folder and some levels below it; links to folders are not followed."""

    def refuse(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise DataNotFound(asked, f"The system says: {error.strerror}.", "Name a folder with --from.") from error

    for place, names, files in os.walk(folder, onerror=refuse):
        yield from (Path(place, name) for name in files)
        if len(Path(place).relative_to(folder).parts) >= _LEVELS:
            names.clear()

"""The original release: `validation.csv` and `Manually_Annotated_Images/FOLDER/HASH.jpg`.

The table is the truth: every picture of the class set that it names must be there. A name is looked up in a listing of
the folder of pictures, so that no path of the table can lead out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError, DataNotFound
from ferbench_datasets.affectnet.csv_table import read_entries
from ferbench_datasets.affectnet.entries import Reading, rows_of, split_entries
from ferbench_datasets.affectnet.names import foreign_words
from ferbench_datasets.affectnet.scanning import file_names
from ferbench_datasets.listing import subfolders, visible
from ferbench_datasets.opened import require_unique
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.emotions import ClassOrder
    from ferbench_datasets.affectnet.entries import Entry

TABLES = {"train": "training.csv", "val": "validation.csv"}
#: Folder of the tables where they do not lie beside the pictures.
LISTS = "Manually_Annotated_file_lists"
IMAGES = "Manually_Annotated_Images"
#: Folders that an archive of the pictures may have been unpacked into.
ABOVE_IMAGES = ("", "Manually_Annotated", "Manually_Annotated_compressed")


def find_table(base: Path, split: str, _: int) -> Path | None:
    """The table of a split, or None."""
    tables = [base / TABLES[split], base / LISTS / TABLES[split]]
    return next((table for table in tables if table.is_file()), None)


def read_release(base: Path, table: Path, _: str, classes: ClassOrder) -> Reading:
    """Rows of a split by its table, in the order of the table.

    Raises:
        DataNotFound: there is no folder of pictures.
        DataError: a table that cannot be read, pictures that are absent, an id that stands twice.
    """
    images = image_folder(base)
    kept, left_out = split_entries(read_entries(table), classes)
    asked = f"The {len(kept)} pictures of the classes that {shown(table)} names were looked for in {shown(images)}."
    located = PictureIndex(images).locate(asked, kept)
    require_unique(asked, ((entry.id, entry.source) for entry in located))
    layout = f"{table.relative_to(base).as_posix()}, {images.relative_to(base).as_posix()}/{left_out}"
    foreign = foreign_words([entry.id for entry in located])
    return Reading(folder=images, rows=rows_of(located, classes), layout=layout + foreign)


def image_folder(base: Path) -> Path:
    """The folder of the pictures."""
    folders = [base / above / IMAGES for above in ABOVE_IMAGES]
    found = next((folder for folder in folders if folder.is_dir()), None)
    if found is None:
        holds = first_few([entry.name for entry in visible(base)])
        raise DataNotFound(
            f"The pictures of AffectNet were looked for in {shown(folders[0])}.",
            f"There is no such folder; the folder above holds: {holds}.",
            "Unpack Manually_Annotated_Images of the original release there.",
        )
    return found


class PictureIndex:
    """The pictures below a folder with one level of subfolders, each of which is listed once, when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder_of = {path.name: path for path in subfolders(folder)}
        self._names: dict[str, frozenset[str]] = {}
        self._by_stem: dict[str, dict[str, str]] = {}

    def locate(self, asked: str, entries: list[Entry]) -> list[Entry]:
        """The entries, each with the path of a file that is there: the extension may be another.

        Raises:
            DataError: files are absent.
        """
        located = [entry if self.holds(entry.source) else self.under_other_extension(entry) for entry in entries]
        absent = [entry.source for entry, found in zip(entries, located, strict=True) if found is None]
        if absent:
            raise DataError(
                asked,
                f"{len(absent)} of them are not there: {first_few(absent)}.",
                "Unpack the pictures again, or take these lines out of the table and say so beside your number.",
            )
        return [entry for entry in located if entry is not None]

    def holds(self, source: str) -> bool:
        """Whether `FOLDER/NAME` is a file there."""
        folder, _, name = source.partition("/")
        return name in self.names(folder)

    def names(self, folder: str) -> frozenset[str]:
        """Names of the files in a subfolder; none where there is no such subfolder."""
        if folder not in self._names:
            path = self.folder_of.get(folder)
            self._names[folder] = frozenset() if path is None else frozenset(file_names(path))
        return self._names[folder]

    def under_other_extension(self, entry: Entry) -> Entry | None:
        """The entry with the name that its picture has under another extension, or None."""
        folder, _, name = entry.source.partition("/")
        if folder not in self._by_stem:
            self._by_stem[folder] = {found.rpartition(".")[0]: found for found in self.names(folder)}
        other = self._by_stem[folder].get(name.rpartition(".")[0])
        return None if other is None else entry._replace(source=f"{folder}/{other}")

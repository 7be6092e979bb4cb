"""The study opened: tables are read, pictures are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ferbench.errors import DataError
from ferbench.interfaces import Row

from ferbench_study_dataset.card import CLASSES
from ferbench_study_dataset.pictures import read_pictures
from ferbench_study_dataset.ratings import majority, read_votes, shares
from ferbench_study_dataset.request import FOLDER, TABLES, find_study, min_raters, require_split

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ferbench.emotions import ClassOrder

    from ferbench_study_dataset.pictures import Picture

#: So many missing pictures are named.
FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A split, in the order of pictures.csv; `source` of every row is the path of its file."""

    rows: tuple[Row, ...]
    #: What was recognised, and what was left out, in words: it stands in the record of every run.
    layout: str
    classes: ClassOrder = CLASSES
    #: What `read` gives is the file that `source` names.
    plain_files: ClassVar[bool] = True

    def read(self, row: Row) -> bytes:
        """The bytes of a picture, undecoded: which library decodes belongs to the weights of a model."""
        path: Path = row.source
        return path.read_bytes()


def open_study(root: Path | None, split: str, **options: Any) -> Study:
    """Read the tables of the study, and look whether the pictures of the split are there.

    Raises:
        DataNotFound: a table or the folder of the pictures is not there.
        DataError: a table that cannot be used as it is, pictures without a file, a split without pictures.
        UsageError: a split or an option that the study does not have, or a number of raters that is none.
    """
    require_split(split)
    least = min_raters(options)
    folder = find_study(root)
    votes = read_votes(folder / TABLES[1])
    pictures = read_pictures(folder / TABLES[0])
    require_known(folder, votes, pictures)
    asked = [picture for picture in pictures if picture.split == split]
    rows = [row for picture in asked if (row := row_of(folder, picture, votes.get(picture.name), least))]
    require_files(folder, split, rows)
    left_out = len(asked) - len(rows)
    layout = f"two tables and a folder; {left_out} of {len(asked)} pictures have no majority of {least} or more raters"
    return Study(rows=tuple(rows), layout=layout)


def row_of(folder: Path, picture: Picture, votes: Counter[str] | None, least: int) -> Row | None:
    """The row of a picture; None where its raters are too few, or of two minds."""
    label = majority(votes) if votes and votes.total() >= least else None
    if votes is None or label is None:
        return None
    return Row(
        id=picture.id,
        label=label,
        source=folder / FOLDER / picture.name,
        attributes=picture.attributes,
        group=picture.person,
        soft_label=shares(votes),
    )


def require_known(folder: Path, votes: Mapping[str, object], pictures: Sequence[Picture]) -> None:
    """Refuse ratings of pictures that the other table does not know: a name is spelt in two ways."""
    unknown = sorted(votes.keys() - {picture.name for picture in pictures})
    if unknown:
        raise DataError(
            f"The ratings of {folder / TABLES[1]} were to be counted.",
            f"{len(unknown)} rated pictures are not in {TABLES[0]}, such as {unknown[0]}.",
            "Spell a picture alike in both tables, or delete its ratings.",
        )


def require_files(folder: Path, split: str, rows: Sequence[Row]) -> None:
    """Refuse a split without rows, or with rows without a file. Nothing is skipped in silence."""
    asked = f"The split {split} of {folder} was to be opened."
    if not rows:
        raise DataError(asked, "None of its pictures has a label.", "Rate some, or ask for another split.")
    absent = [row.id for row in rows if not row.source.is_file()]
    if absent:
        raise DataError(
            asked,
            f"{len(absent)} of {len(rows)} pictures have no file in {FOLDER}/: {', '.join(absent[:FEW])}.",
            f"Put them there, or delete their lines in both {' and '.join(TABLES)}.",
        )

"""The votes as they are released: fer2013new.csv for all pictures, or a label.csv in the folder of each split.

fer2013new.csv has a header, and a line for every row of fer2013.csv in the same order; a line without an image name
belongs to no picture (ten raters said that it shows no face). A label.csv has no header: name, a box that is always the
whole picture and is therefore not read, ten votes; what the released program writes has no box.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.fer2013.pixel_table import USAGES
from ferbench_datasets.ferplus.names import canonical_id
from ferbench_datasets.ferplus.rules import EMOTIONS, N_VOTES
from ferbench_datasets.table_file import parse, read_table
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench_datasets.ferplus.rules import Votes

VOTE_FILE = "fer2013new.csv"
LABEL_FILE = "label.csv"
#: Columns of the vote file in lower case, the votes in the order of Votes.
COLUMNS = ("usage", "image name", *EMOTIONS, "unknown", "nf")

_TODO = "Restore the file from https://github.com/microsoft/FERPlus."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """The votes of one line. `id` is None for a row of fer2013.csv that has no picture."""

    line: int
    id: str | None
    usage: str
    votes: Votes


def read_vote_file(path: Path) -> list[Ballot]:
    """All ballots of fer2013new.csv, in the order of the rows of fer2013.csv.

    Raises:
        DataError: a column is absent, or a line has an unknown usage, another name than FERPlus's, or no votes.
    """
    asked = f"The votes in {shown(path)} were to be read."
    header, records = read_table(path, None)
    names = [name.lower() for name in header]
    absent = [name for name in COLUMNS if name not in names]
    if absent:
        raise DataError(asked, f"There is no column {first_few(absent)}, only {', '.join(map(shown, header))}.", _TODO)
    positions = [names.index(name) for name in COLUMNS]
    return [ballot(asked, record.line, *(record.cells[i] for i in positions)) for record in records]


def read_label_file(path: Path, usage: str) -> list[Ballot]:
    """All ballots of the label.csv of one split.

    Raises:
        DataError: a line has another number of cells, another name than FERPlus's, or no votes.
    """
    asked = f"The votes in {shown(path)} were to be read."
    records = parse(path, asked, ",")
    for record in records:
        if len(record.cells) not in {N_VOTES + 1, N_VOTES + 2}:
            raise DataError(
                asked,
                f"Line {record.line} has {len(record.cells)} cells where a name, a box and {N_VOTES} votes belong.",
                _TODO,
            )
    return [ballot(asked, record.line, usage, record.cells[0], *record.cells[-N_VOTES:]) for record in records]


def ballot(asked: str, line: int, usage: str, name: str, *votes: str) -> Ballot:
    """The ballot of a line."""
    if usage not in USAGES:
        raise DataError(asked, f"Line {line} has the Usage {shown(usage)!r}; there are {', '.join(USAGES)}.", _TODO)
    known = canonical_id(PurePath(name).stem)
    if name and known is None:
        raise DataError(asked, f"Line {line} names {shown(name)!r}, no picture such as 'fer0032220.png'.", _TODO)
    wrong = [vote for vote in votes if not re.fullmatch("[0-9]{1,3}", vote)]
    if wrong:
        raise DataError(asked, f"Line {line} has {shown(wrong[0])!r} where a number of votes belongs.", _TODO)
    return Ballot(line=line, id=known, usage=usage, votes=tuple(map(int, votes)))

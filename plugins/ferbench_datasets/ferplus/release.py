"""The releases of FERPlus: ballots of a split, and where the picture of each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError
from ferbench_datasets.fer2013.pixel_table import read_records
from ferbench_datasets.ferplus.card import CARD
from ferbench_datasets.ferplus.names import canonical_id
from ferbench_datasets.ferplus.votes import LABEL_FILE, VOTE_FILE, read_label_file, read_vote_file
from ferbench_datasets.listing import pictures_below
from ferbench_datasets.opened import require_unique
from ferbench_datasets.request import not_found
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ferbench_datasets.ferplus.votes import Ballot

PIXEL_TABLE = "fer2013.csv"
FOLDER_OF = {"Training": "FER2013Train", "PublicTest": "FER2013Valid", "PrivateTest": "FER2013Test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Ballots in their order; `sources` are records of `table` by id, or files where there is no table."""

    ballots: tuple[Ballot, ...]
    sources: Mapping[str, Any]
    table: Path | None
    layout: str


def is_base(folder: Path) -> bool:
    """Whether a folder holds the vote file beside the pixels, or the folder of a split."""
    return has_tables(folder) or any((folder / name).is_dir() for name in FOLDER_OF.values())


def has_tables(base: Path) -> bool:
    """Whether the vote file and the table of pixels are there."""
    return (base / VOTE_FILE).is_file() and (base / PIXEL_TABLE).is_file()


def find_release(base: Path, root: Path, usages: Sequence[str]) -> Release:
    """The release in a base that is the root or lies below it; its folders go before the tables.

    Of several usages the first must be there.

    Raises:
        DataNotFound: no pictures or no votes of the split.
        DataError: votes and pictures that do not belong together.
    """
    folders = {usage: base / FOLDER_OF[usage] for usage in usages if (base / FOLDER_OF[usage]).is_dir()}
    if usages[0] in folders:
        return join([folder_release(base, root, usage, folder) for usage, folder in folders.items()])
    if has_tables(base):
        return table_release(base, usages)
    raise not_found(
        CARD, base, f"There is neither {PIXEL_TABLE} with {VOTE_FILE} nor the folder {FOLDER_OF[usages[0]]}."
    )


def join(releases: Sequence[Release]) -> Release:
    """Releases of several splits as one; a picture in two of them is a DataError."""
    places = ((name, str(path)) for release in releases for name, path in release.sources.items())
    require_unique("The pictures of several splits were to be put together.", places)
    return Release(
        ballots=tuple(ballot for release in releases for ballot in release.ballots),
        sources={name: source for release in releases for name, source in release.sources.items()},
        table=None,
        layout=" and ".join(release.layout for release in releases),
    )


def table_release(base: Path, usages: Sequence[str]) -> Release:
    """Votes and pixels that belong together by the order of their rows.

    Raises:
        DataError: the files have different numbers of rows, or another Usage in one row, or a name stands twice.
    """
    asked = f"The rows of {shown(base / VOTE_FILE)} and {PIXEL_TABLE} were to be brought together."
    todo = "Take both files as they were released, without sorting or removing rows."
    ballots, records = read_vote_file(base / VOTE_FILE), read_records(base / PIXEL_TABLE)
    if len(ballots) != len(records):
        raise DataError(asked, f"They have {len(ballots)} and {len(records)} rows.", todo)
    pairs = list(zip(ballots, records, strict=True))
    other = next((pair for pair in pairs if pair[0].usage != pair[1].usage), None)
    if other is not None:
        found = f"Line {other[0].line} is {other[0].usage}, line {other[1].line} of the pixels {other[1].usage}."
        raise DataError(asked, found, todo)
    require_unique(asked, ((ballot.id, f"line {ballot.line}") for ballot in ballots if ballot.id))
    return Release(
        ballots=tuple(ballot for ballot in ballots if ballot.usage in usages),
        sources={ballot.id: record for ballot, record in pairs if ballot.id and ballot.usage in usages},
        table=base / PIXEL_TABLE,
        layout=f"{PIXEL_TABLE} with {VOTE_FILE}",
    )


def folder_release(base: Path, root: Path, usage: str, folder: Path) -> Release:
    """The pictures in the folder of a split, and the votes for them.

    Raises:
        DataError: a name stands twice, among the votes or among the files, or a picture has no votes.
    """
    votes, ballots = find_votes(base, root, usage, folder)
    asked = f"The pictures of {shown(folder)} and the votes of {shown(votes)} were to be brought together."
    require_unique(asked, ((ballot.id, f"line {ballot.line}") for ballot in ballots if ballot.id))
    known = {ballot.id for ballot in ballots}
    named = [(canonical_id(path.stem), path) for path in pictures_below(folder)]
    strange = [path.name for name, path in named if name not in known or name is None]
    if strange:
        raise DataError(
            asked,
            f"{len(strange)} of {len(named)} pictures have no votes: {first_few(strange)}.",
            "Remove what was added to the folder, or restore the votes.",
        )
    sources = [(name, path) for name, path in named if name is not None]
    require_unique(asked, ((name, str(path.relative_to(folder))) for name, path in sources))
    layout = f"{folder.name}/ with {votes.name}"
    return Release(ballots=tuple(ballots), sources=dict(sources), table=None, layout=layout)


def find_votes(base: Path, root: Path, usage: str, folder: Path) -> tuple[Path, list[Ballot]]:
    """The file with the votes of a split, and its ballots."""
    if (folder / LABEL_FILE).is_file():
        return folder / LABEL_FILE, read_label_file(folder / LABEL_FILE, usage)
    places = [base] if base == root else [base, base.parent]
    path = next((place / VOTE_FILE for place in places if (place / VOTE_FILE).is_file()), None)
    if path is None:
        raise not_found(CARD, base, f"{folder.name}/ holds no {LABEL_FILE}, and there is no {VOTE_FILE} beside it.")
    return path, [ballot for ballot in read_vote_file(path) if ballot.usage == usage]

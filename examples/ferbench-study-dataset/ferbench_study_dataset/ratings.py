"""What the raters said: votes by picture, and the label that follows from them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ferbench.emotions import canonical_class
from ferbench.errors import DataError

from ferbench_study_dataset.card import CLASSES
from ferbench_study_dataset.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench_study_dataset.tables import Record

COLUMNS = ("picture", "rater", "expression")


def read_votes(path: Path) -> dict[str, Counter[str]]:
    """Votes by picture and class.

    Raises:
        DataError: a rating that is no class of the study, or a rater who rates one picture twice.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    place_of: dict[tuple[str, str], str] = {}
    for record in read_table(path, COLUMNS):
        picture, rater = record.cells["picture"], record.cells["rater"]
        if (picture, rater) in place_of:
            raise DataError(
                f"The ratings of {path} were to be counted.",
                f"{rater} rates {picture} twice: in {place_of[picture, rater]} and in {record.place}.",
                "Keep one of the two lines.",
            )
        place_of[picture, rater] = record.place
        votes[picture][class_of(path, record)] += 1
    return dict(votes)


def class_of(path: Path, record: Record) -> str:
    """The canonical class of a rating, in any usual spelling (`Happy`, `happiness`)."""
    name = canonical_class(record.cells["expression"])
    if name not in CLASSES:
        raise DataError(
            f"The ratings of {path} were to be counted.",
            f"In {record.place} the expression is {record.cells['expression']!r}.",
            f"The classes are {', '.join(CLASSES)}; correct the line, or delete it.",
        )
    return name


def majority(votes: Mapping[str, int]) -> str | None:
    """The class with more votes than any other; None where two share the first place."""
    first, *others = sorted(votes, key=lambda name: -votes[name])
    return None if others and votes[others[0]] == votes[first] else first


def shares(votes: Mapping[str, int]) -> dict[str, float]:
    """The share of the raters by class, in the order of the study's classes; classes without a vote are left out."""
    total = sum(votes.values())
    return {name: votes[name] / total for name in CLASSES if votes.get(name)}

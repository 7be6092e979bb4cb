"""Subjects: one of them, or one of ten folds of them.

The fold rule is the same for every set: subjects in the order of their ids, counted from 0; subject i belongs to fold
i modulo 10. Nothing is drawn by chance, so that whoever has the same subjects has the same folds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataError, UsageError
from ferbench_datasets.choices import one_of
from ferbench_datasets.wording import first_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.cards import DatasetCard
    from ferbench.interfaces import Row

FOLDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectOptions:
    """`subject` is an id, `fold` a number from 0 to 9; the pictures of these subjects alone are rows."""

    subject: str | None = None
    fold: str | None = None


def fold_of(subjects: Sequence[str], fold: int) -> list[str]:
    """The subjects of a fold: every tenth one in the order of their ids."""
    return sorted(subjects)[fold::FOLDS]


def of_subjects(card: DatasetCard, rows: list[Row], options: SubjectOptions) -> tuple[list[Row], str]:
    """The rows of the chosen subjects, whose `group` is the subject, and the choice in words; "" where all are meant.

    Raises:
        UsageError: both options at once, a subject that is not there, a fold that is none of 0 to 9.
        DataError: a fold without subjects.
    """
    if options.subject is None and options.fold is None:
        return rows, ""
    if options.subject is not None and options.fold is not None:
        raise UsageError(
            f"subject={options.subject} and fold={options.fold} were given for {card.name}.",
            "A fold is a choice of subjects too.",
            "Pass one of the two.",
        )
    subjects = sorted({row.group for row in rows if row.group is not None})
    if options.subject is not None:
        chosen, words = [known_subject(card, subjects, options.subject)], f"subject {options.subject}"
    else:
        chosen, words = subjects_of_fold(card, subjects, options.fold)
    return [row for row in rows if row.group in chosen], words


def known_subject(card: DatasetCard, subjects: Sequence[str], subject: str) -> str:
    """The subject, if it is there."""
    if subject not in subjects:
        raise UsageError(
            f"subject={subject} was given for {card.name}.",
            f"There is no such subject among {len(subjects)}: {first_few(subjects)}.",
            "Pass the id of one of them.",
        )
    return subject


def subjects_of_fold(card: DatasetCard, subjects: Sequence[str], fold: str | None) -> tuple[list[str], str]:
    """The subjects of a fold, and the fold in words."""
    number = one_of(card, "fold", fold, map(str, range(FOLDS)), "0")
    chosen = fold_of(subjects, int(number))
    if not chosen:
        raise DataError(
            f"fold={fold} of {card.name} was asked for.",
            f"There are {len(subjects)} subjects, so that only the folds below {len(subjects)} have one.",
            "Unpack the whole set, or pass another fold.",
        )
    return chosen, f"fold {fold} of {FOLDS} with {len(chosen)} of {len(subjects)} subjects"

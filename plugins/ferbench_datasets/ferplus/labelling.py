"""Ballots labelled by a rule, or by a list of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.ferplus.card import USAGES
from ferbench_datasets.ferplus.list_file import read_list
from ferbench_datasets.ferplus.rules import EMOTIONS, RULES, Verdict
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ferbench_datasets.ferplus.votes import Ballot


def labelled_by_rule(ballots: Sequence[Ballot], rule: str) -> Mapping[str, Verdict]:
    """Id -> verdict of every ballot that the rule keeps.

    Raises:
        DataError: the rule keeps a ballot that belongs to no picture.
    """
    verdicts = [(ballot, RULES[rule](ballot.votes)) for ballot in ballots]
    nameless = next((ballot for ballot, verdict in verdicts if verdict and ballot.id is None), None)
    if nameless is not None:
        raise DataError(
            f"The votes were to be labelled by the rule {rule}.",
            f"Line {nameless.line} has votes for an emotion and no image name.",
            "Restore the vote file: in the released one such lines say that it is no face.",
        )
    return {ballot.id: verdict for ballot, verdict in verdicts if verdict and ballot.id}


def labelled_by_list(ballots: Sequence[Ballot], path: Path, split: str) -> Mapping[str, Verdict]:
    """Id -> verdict of every picture of a list; all votes for an emotion are counted.

    Raises:
        DataError: the list cannot be used, or names a picture that is none of the split.
    """
    ballot_of = {ballot.id: ballot for ballot in ballots}
    verdicts: dict[str, Verdict] = {}
    for name, (line, label) in read_list(path).items():
        if name not in ballot_of:
            raise DataError(
                f"The split {split} was to be labelled by the list {shown(path)}.",
                f"Line {line} names {name}, which is no picture of {USAGES[split]}.",
                "Name the split of the list with --split.",
            )
        verdicts[name] = Verdict(label=label, counted=ballot_of[name].votes[: len(EMOTIONS)])
    return verdicts

"""From the votes for a picture to its label: the rules under which numbers on FERPlus are published.

Votes are ten numbers, of the eight emotions in the order of the vote file, then `unknown` and `NF` (not a face). A rule
gives None where it keeps no picture. Ties go to the class that comes first in the file, as the largest element of an
array is usually found, except where a rule needs more than half of the votes, which no tie can have.

Source: Barsoum et al., arXiv:1608.01041, and the behaviour of the reader that is released with the votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.emotions import NAMED_ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ferbench.emotions import ClassOrder

#: Emotions in the order of the columns of the vote file.
EMOTIONS = NAMED_ORDERS["ferplus8"]
N_VOTES = len(EMOTIONS) + 2

Votes = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The label of a picture, and the votes by emotion, eight of them, that its soft label is made of."""

    label: str
    counted: Votes


def majority(votes: Votes) -> Verdict | None:
    """The official rule: more than half of the votes that are left once every single vote is taken away.

    No picture where nothing has more than half, or where that is `unknown` or `NF`. All votes for an emotion are
    counted, single ones too.
    """
    winner = more_than_half(without_single_votes(votes))
    return None if winner is None else emotion_verdict(winner, votes)


def argmax10(votes: Votes) -> Verdict | None:
    """The most votes of all ten columns; no picture where that is `unknown` or `NF`. All votes are counted."""
    return emotion_verdict(first_largest(votes), votes) if any(votes) else None


def argmax8(votes: Votes) -> Verdict | None:
    """The most votes of the eight emotions; no picture where none has a vote. All votes are counted."""
    emotions = votes[: len(EMOTIONS)]
    return emotion_verdict(first_largest(emotions), votes) if any(emotions) else None


def probability(votes: Votes) -> Verdict | None:
    """The official rule of the modes `probability` and `crossentropy`: the strongest emotions together.

    Single votes are taken away; then emotions are taken up, strongest first and ties together, until they hold three
    quarters of the votes or are three, or until `unknown` or `NF` is as strong. No picture where that gives no emotion,
    more than three, or not more than half of the votes. The label is the strongest; only votes taken up are counted.
    """
    left = without_single_votes(votes)
    taken = strongest_emotions(left)
    number = sum(vote > 0 for vote in taken)
    if not 1 <= number <= 3 or 2 * sum(taken) <= sum(left):
        return None
    return emotion_verdict(first_largest(taken), taken)


def without_single_votes(votes: Votes) -> Votes:
    """The votes with 0 where a column has only one, the first step of the official rules: one vote is an outlier."""
    return tuple(0 if vote == 1 else vote for vote in votes)


def more_than_half(votes: Votes) -> int | None:
    """Index of the column with more than half of the votes, or None."""
    winner = first_largest(votes)
    return winner if 2 * votes[winner] > sum(votes) else None


def strongest_emotions(votes: Votes) -> Votes:
    """The eight votes with 0 where an emotion is not among the strongest, see `probability`."""
    taken, reached = [0] * len(EMOTIONS), 0
    for level in sorted(set(votes) - {0}, reverse=True):
        if 4 * reached >= 3 * sum(votes) or sum(vote > 0 for vote in taken) >= 3:
            break
        for index, vote in enumerate(votes[: len(EMOTIONS)]):
            if vote == level:
                taken[index] = vote
                reached += vote
        if level in votes[len(EMOTIONS) :]:
            break
    return tuple(taken)


def first_largest(votes: Sequence[int]) -> int:
    """Index of the largest number; the first one of several."""
    return votes.index(max(votes))


def emotion_verdict(winner: int, votes: Votes) -> Verdict | None:
    """The verdict for the emotion of a column, the last step of the rules; None for `unknown` and `NF`."""
    if winner >= len(EMOTIONS):
        return None
    return Verdict(label=EMOTIONS[winner], counted=votes[: len(EMOTIONS)])


def soft_label(verdict: Verdict, classes: ClassOrder) -> Mapping[str, float] | None:
    """Share of each class: the counted votes for it over the counted votes for all of `classes`; None without any."""
    counted = {name: vote for name, vote in zip(EMOTIONS, verdict.counted, strict=True) if name in classes}
    total = sum(counted.values())
    return {name: vote / total for name, vote in counted.items()} if total else None


RULES: Mapping[str, Callable[[Votes], Verdict | None]] = {
    "majority": majority,
    "argmax10": argmax10,
    "argmax8": argmax8,
    "probability": probability,
}

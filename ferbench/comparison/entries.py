"""What is compared: entries of one run, or of several runs of one model with other weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.comparison.reading import read_run
from ferbench.errors import NotComparable, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.comparison.reading import ReadRun
    from ferbench.leaderboard.store import Leaderboard

#: Entries are called A to Z.
MOST = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One side of a comparison; several runs are one model trained several times."""

    name: str
    runs: tuple[ReadRun, ...]


def read_entries(leaderboard: Leaderboard, texts: Sequence[str]) -> tuple[Entry, ...]:
    """The entries that texts name: a run each, or several runs with commas between them.

    Raises:
        UsageError: there are fewer than two or more than 26 entries, or a run stands there twice.
        UnknownName: no such run.
        NotComparable: a run was withdrawn or changed, or runs of one entry differ in more than their weights.
    """
    named = [[leaderboard.run_id(part.strip()) for part in text.split(",")] for text in texts]
    require_apart(texts, [run_id for runs in named for run_id in runs])
    entries = tuple(
        Entry(name=chr(ord("A") + position), runs=tuple(read_run(leaderboard, run_id) for run_id in runs))
        for position, runs in enumerate(named)
    )
    for entry in entries:
        require_one_model(entry.runs)
    return entries


def require_apart(texts: Sequence[str], run_ids: Sequence[str]) -> None:
    """Refuse too few or too many entries, and a run that is named twice."""
    asked = f"A comparison of {' and '.join(texts) or 'nothing'} was asked for."
    if not 2 <= len(texts) <= MOST:
        found = f"That names {len(texts)} of the 2 to {MOST} entries that a comparison takes."
        raise UsageError(
            asked, found, "Name runs with spaces between them; commas join runs of one model to one entry."
        )
    twice = sorted({run_id for run_id in run_ids if run_ids.count(run_id) > 1})
    if twice:
        found = f"The run {', '.join(twice)} stands there more than once: it does not differ from itself."
        raise UsageError(asked, found, "Name different runs. List them with: ferbench runs")


def require_one_model(runs: Sequence[ReadRun]) -> None:
    """Refuse runs for one entry that are not one model with different weights.

    No record says that checkpoints are trained alike but for their seed, so whoever joins the runs vouches for that.
    """
    first, *others = runs
    asked = f"{len(runs)} runs were to be one entry: {', '.join(run.run_id for run in runs)}."
    for other in others:
        differing = [name for name, fact in first.network.items() if other.network[name] != fact]
        if differing:
            found = f"{other.run_id} differs from {first.run_id} in {', '.join(differing)}, not in its weights alone."
            raise NotComparable(asked, found, "Name them apart, with a space between them: they are different models.")
    if len({run.weights_sha256 for run in runs}) < len(runs):
        found = "Two of them have the same weights: that is one measurement made twice, and says nothing about seeds."
        raise NotComparable(asked, found, "Name one run for each checkpoint.")

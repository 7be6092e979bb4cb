"""Drift: whether a network still gives the very outputs that it gave, right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.errors import NotComparable
from ferbench.gate.findings import Check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ferbench.comparison.reading import ReadRun
    from ferbench.gate.limits import Limit


def drift_checks(baseline: ReadRun, new: ReadRun, ids: Sequence[str], limits: Sequence[Limit]) -> tuple[Check, ...]:
    """The largest absolute difference of an output, and the number of images whose answer is another one.

    Raises:
        NotComparable: the outputs of the two sides do not mean the same.
    """
    if not limits:
        return ()
    require_same_meaning(baseline, new)
    first, second = (outputs_of(run, ids, baseline.predictions.classes) for run in (baseline, new))
    found = {"max_abs_logit": largest_difference(first, second), "flips": float(flips(first, second))}
    return tuple(
        Check(
            name=limit.name,
            kind="drift",
            outcome="failed" if found[limit.name] > limit.allowed else "passed",
            allowed=limit.allowed,
            worse_by=found[limit.name],
        )
        for limit in limits
    )


def require_same_meaning(baseline: ReadRun, new: ReadRun) -> None:
    """Refuse to subtract outputs of other classes, or probabilities from logits."""
    for what, first, second in (
        ("classes", sorted(baseline.predictions.classes), sorted(new.predictions.classes)),
        ("outputs", [baseline.predictions.kind], [new.predictions.kind]),
    ):
        if first != second:
            found = f"Their {what} differ: {', '.join(first)} / {', '.join(second)}."
            asked = f"The outputs of {baseline.model} and {new.model} were to be compared number by number."
            raise NotComparable(asked, found, "Leave --drift out, or gate a model with the same outputs.")


def outputs_of(run: ReadRun, ids: Sequence[str], classes: Sequence[str]) -> NDArray[np.float64]:
    """(n, K) outputs for some images, the columns in an order of classes; NaN where there is no answer."""
    row_of = {name: row for row, name in enumerate(run.predictions.ids)}
    rows = run.predictions.emotion[[row_of[name] for name in ids]]
    return rows[:, [run.predictions.classes.index(name) for name in classes]].astype(np.float64)


def largest_difference(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The largest absolute difference, over the images that both sides answer; 0 where there are none."""
    differences = np.abs(first - second)
    return float(np.max(differences, initial=0.0, where=~np.isnan(differences)))


def flips(first: NDArray[np.float64], second: NDArray[np.float64]) -> int:
    """Images with another answer; an answer against none is one, too."""
    return int((answers(first) != answers(second)).sum())


def answers(outputs: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) column of the largest output; -1 where there is no answer."""
    answered = np.isfinite(outputs).all(axis=1)
    best: NDArray[np.int64] = np.where(answered, np.where(np.isnan(outputs), -np.inf, outputs).argmax(axis=1), -1)
    return best

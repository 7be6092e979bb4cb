"""Intervals for differences of any metric: paired, stratified bootstrap over the images of one test set.

Every run is scored on the same resampled images, so what an image does to all runs alike cancels. Images are drawn with
replacement within their class, so every resample has the class counts of the test set. What is drawn depends on the
labels, the number of images and the seed alone: not on the runs, their order or their number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ferbench.leaderboard.statistics.vectorised import confusion_counts, quick_form, recalls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from ferbench.results import Answers

#: A metric that is computed on one resample after the other gets a quarter of them.
SLOWER_BY = 4
#: Images that are drawn at once: few enough to stay in the cache of a processor.
_DRAWN_AT_ONCE = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A metric with one value: `compute` takes the answers of a run, and gives NaN where the value does not exist."""

    name: str
    compute: Callable[[Answers], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampled:
    """(R, runs) values of each measure, and (R, runs, C) recalls; R is smaller for measures without a quick form.

    `observed` are the values on the images themselves, by measure and run.
    """

    observed: dict[str, tuple[float, ...]]
    values: dict[str, NDArray[np.float64]]
    recalls: NDArray[np.float64]


def resampled(runs: Sequence[Answers], measures: Sequence[Measure], resamples: int, seed: int) -> Resampled:
    """The values of measures on resamples of the images, which all runs have in one order with the same labels."""
    observed = {item.name: tuple(float(item.compute(run)) for run in runs) for item in measures}
    forms = {name: quick_form(name, runs, values) for name, values in observed.items()}
    values: dict[str, list[NDArray[np.float64]]] = {item.name: [] for item in measures}
    by_class: list[NDArray[np.float64]] = []
    slow_left = max(resamples // SLOWER_BY, 1)
    for positions in drawn(runs[0].y_true, resamples, seed):
        counts = [confusion_counts(run, positions) for run in runs]
        by_class.append(np.stack([recalls(item) for item in counts], axis=1))
        for measure in measures:
            form = forms[measure.name]
            if form is not None:
                values[measure.name].append(np.stack([form(item) for item in counts], axis=1))
            elif slow_left > 0:
                values[measure.name].append(one_by_one(runs, measure, positions[:slow_left]))
        slow_left -= len(positions)
    return Resampled(
        observed=observed,
        values={name: np.concatenate(parts) for name, parts in values.items()},
        recalls=np.concatenate(by_class),
    )


def drawn(y_true: NDArray[np.int64], resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """(r, n) positions of images, drawn with replacement within each class, until there are `resamples` rows."""
    rng = np.random.default_rng(seed)
    classes = [np.flatnonzero(y_true == label) for label in np.unique(y_true)]
    rows = max(_DRAWN_AT_ONCE // len(y_true), 1)
    for start in range(0, resamples, rows):
        parts = [images[rng.integers(len(images), size=(rows, len(images)))] for images in classes]
        yield np.concatenate(parts, axis=1)[: resamples - start]


def one_by_one(runs: Sequence[Answers], measure: Measure, positions: NDArray[np.int64]) -> NDArray[np.float64]:
    """(R, runs) values of a measure, computed on one resample after the other."""
    return np.array([[float(measure.compute(subset(run, images))) for run in runs] for images in positions])


def subset(answers: Answers, images: NDArray[np.int64]) -> Answers:
    """The answers for some images, any of them several times."""
    return replace(
        answers,
        y_true=answers.y_true[images],
        y_pred=answers.y_pred[images],
        probabilities=answers.probabilities[images],
    )


def percentile_interval(differences: NDArray[np.float64], confidence: float = 0.95) -> tuple[float, float] | None:
    """Ends of the middle `confidence` of the (R,) resampled values; None where a resample has no value."""
    if np.isnan(differences).any():
        return None
    low, high = np.quantile(differences, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)

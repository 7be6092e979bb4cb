"""The metrics that comparisons show by default, for many resamples of the images at once.

A metric of the catalog takes one set of answers. Thousands of resamples would take it minutes, so three of them have a
second form here, over confusion counts. `quick_form` proves on the data at hand that it is the same metric.
"""

from __future__ import annotations

from math import isclose, isnan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ferbench.results import Answers

    #: (R, C, 1 + K) counts -> (R,) values: rows are the C classes of the data set, column 0 is "no answer".
    QuickForm = Callable[[NDArray[np.int64]], NDArray[np.float64]]


def confusion_counts(answers: Answers, positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """(R, C, 1 + K) images by label and answer, for R resamples given as (R, n) positions of images."""
    resamples, columns = len(positions), 1 + len(answers.classes)
    cells = answers.y_true * columns + answers.y_pred + 1
    size = answers.n_labels * columns
    flat = cells[positions] + size * np.arange(resamples)[:, None]
    counts = np.bincount(flat.ravel(), minlength=resamples * size)
    return counts.reshape(resamples, answers.n_labels, columns)


def right_by_class(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """(R, C) images of each class that are answered right."""
    return np.diagonal(counts[:, :, 1:], axis1=1, axis2=2)


def recalls(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(R, C) recall of each class; NaN for a class without images."""
    images = counts.sum(axis=2).astype(np.float64)
    shares: NDArray[np.float64] = right_by_class(counts) / np.where(images > 0, images, np.nan)
    return shares


def accuracy(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(R,) share of right answers."""
    shares: NDArray[np.float64] = right_by_class(counts).sum(axis=1) / counts.sum(axis=(1, 2))
    return shares


def uar(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(R,) mean recall of the classes that have images."""
    return mean_over_classes(recalls(counts), counts)


def f1_macro(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(R,) mean F1 of the classes that have images: 2 TP over the images and the answers of the class."""
    answered = counts[:, :, 1 : 1 + counts.shape[1]].sum(axis=1)
    images = counts.sum(axis=2)
    return mean_over_classes(2 * right_by_class(counts) / np.maximum(images + answered, 1), counts)


def mean_over_classes(values: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(R,) mean of (R, C) values over the classes that have images; these are the same in every resample."""
    present = counts[0].sum(axis=1) > 0
    means: NDArray[np.float64] = values[:, present].mean(axis=1)
    return means


_QUICK: dict[str, QuickForm] = {"accuracy": accuracy, "uar": uar, "f1_macro": f1_macro}


def quick_form(name: str, runs: Sequence[Answers], observed: Sequence[float]) -> QuickForm | None:
    """The form of a metric for many resamples; None where there is none, or where it gives a run another value."""
    form = _QUICK.get(name)
    if form is None:
        return None
    whole = np.arange(len(runs[0].y_true))[None]
    quick = [float(form(confusion_counts(run, whole))[0]) for run in runs]
    return form if all(same(*values) for values in zip(quick, observed, strict=True)) else None


def same(quick: float, slow: float) -> bool:
    """Whether two ways to compute a value agree."""
    return (isnan(quick) and isnan(slow)) or isclose(quick, slow, rel_tol=1e-9, abs_tol=1e-12)

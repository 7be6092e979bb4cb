"""Answers small enough to check a metric by hand: for docstrings, and for whoever writes a metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.emotions import CANONICAL
from ferbench.results import Answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def hard_answers(true: Sequence[int], predicted: Sequence[int]) -> Answers:
    """Answers that put all probability on the predicted class; a prediction of -1 is an image without an answer.

    The data set has the classes 0..max(true), the model also those up to max(predicted); at most 8 in all.

    >>> hard_answers(true=[0, 1, 1], predicted=[0, 2, -1]).probabilities
    array([[ 1.,  0.,  0.],
           [ 0.,  0.,  1.],
           [nan, nan, nan]])
    """
    import numpy as np

    rows = np.eye(max(*true, *predicted) + 1)[list(predicted)]
    rows[np.asarray(predicted) < 0] = np.nan
    return soft_answers(true, rows)


def soft_answers(true: Sequence[int], probabilities: Sequence[Sequence[float]] | NDArray[np.float64]) -> Answers:
    """Answers with the given (n, K) probabilities; the most probable class is the prediction, a row of NaN none.

    >>> soft_answers(true=[0, 1], probabilities=[[0.3, 0.7], [0.4, 0.6]]).y_pred
    array([1, 1])
    """
    import numpy as np

    rows = np.asarray(probabilities, dtype=np.float64)
    return Answers(
        label_mode="strict",
        classes=CANONICAL[: rows.shape[1]],
        n_labels=max(true) + 1,
        y_true=np.asarray(true, dtype=np.int64),
        y_pred=np.where(np.isnan(rows).any(axis=1), -1, rows.argmax(axis=1)).astype(np.int64),
        probabilities=rows,
    )

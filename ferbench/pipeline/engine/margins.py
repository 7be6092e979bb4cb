"""How far the best class of an image lies before the second, and how far another arithmetic moves that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

#: Probabilities below it count as equal to it: they are nobody's answer, and their logarithms are mostly noise.
FLOOR = 1e-4


def comparable(emotion: NDArray[np.float32], kind: Literal["logits", "probabilities"]) -> NDArray[np.float64]:
    """(m, K) outputs on a scale on which noise is about as large for every image: logits, or log-probabilities.

    Of an image that is 99.9 % certain rounding hardly moves a probability, of one that is undecided it does. A
    difference of log-probabilities is one of logits, and moves alike in both. The best class stays the best, because
    the largest of probabilities that sum to 1 lies above `FLOOR`.
    """
    values = emotion.astype(np.float64)
    return values if kind == "logits" else np.log(np.maximum(values, FLOOR))


def margins(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, K) -> (m,) differences between the two best classes; infinite where there is one class alone.

    NaN for a row that is not finite, which no bound can be compared with.
    """
    if scores.shape[1] == 1:
        return np.where(np.isfinite(scores[:, 0]), np.inf, np.nan)
    best = np.partition(scores, -2, axis=1)
    with np.errstate(invalid="ignore"):
        gaps: NDArray[np.float64] = best[:, -1] - best[:, -2]
    return np.where(np.isfinite(scores).all(axis=1), gaps, np.nan)


def changes(fast: NDArray[np.float64], plain: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, K) scores of the same images, both finite -> (m,) how far a class comes nearer to the best one, or farther.

    With d = plain - fast and the best class c of `fast` it is the maximum of |d_j - d_c| over the classes j. Another
    class is the best of `plain` only where d_j - d_c is at least the margin of `fast`: a change that is smaller than
    the margin cannot be a flip.
    """
    moved = plain - fast
    winners = fast.argmax(axis=1)[:, None]
    largest: NDArray[np.float64] = np.abs(moved - np.take_along_axis(moved, winners, axis=1)).max(axis=1)
    return largest

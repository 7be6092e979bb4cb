"""Hypothesis strategies for the harness's own data."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ferbench.emotions import CANONICAL
from ferbench.results import Answers


@st.composite
def answers(
    draw: st.DrawFn,
    *,
    max_images: int = 40,
    min_labels: int = 1,
    extra_classes: int = 2,
    unanswered: bool = True,
) -> Answers:
    """Answers of 1..max_images images: any label mode, empty classes, ties, certain mistakes, up to all unanswered.

    `extra_classes` is the most classes that only the model knows, `unanswered` whether images may go without an answer.
    """
    label_mode = draw(st.sampled_from(("strict", "mask")))
    n_labels = draw(st.integers(min_labels, len(CANONICAL) - extra_classes))
    size = n_labels + (draw(st.integers(0, extra_classes)) if label_mode == "strict" else 0)
    n = draw(st.integers(1, max_images))
    y_true = draw(arrays.arrays(np.int64, n, elements=st.integers(0, n_labels - 1)))
    probabilities = _normalised(draw(arrays.arrays(np.int64, (n, size), elements=st.integers(0, 6))))
    absent = draw(arrays.arrays(np.bool_, n)) if unanswered else np.zeros(n, dtype=np.bool_)
    return Answers(
        label_mode=label_mode,
        classes=tuple(draw(st.permutations(CANONICAL))[:size]),
        n_labels=n_labels,
        y_true=y_true,
        y_pred=np.where(absent, -1, probabilities.argmax(axis=1)).astype(np.int64),
        probabilities=np.where(absent[:, None], np.nan, probabilities),
    )


def _normalised(weights):
    """(n, K) small counts -> (n, K) probabilities; a row of zeros becomes uniform."""
    filled = np.where(weights.sum(axis=1, keepdims=True) == 0, 1, weights).astype(np.float64)
    return filled / filled.sum(axis=1, keepdims=True)

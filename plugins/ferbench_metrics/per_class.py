"""Precision, recall, F1 and support of each class of the data set, and the two averages of F1.

For a class c: TP_c images of c answered c, FP_c images of other classes answered c, FN_c images of c answered otherwise
or not at all. A class that only the model knows has no value of its own: an answer there is a FN of the label.
"""

from __future__ import annotations

from functools import partial
from math import inf, nan
from typing import TYPE_CHECKING

from ferbench.cards import MetricCard
from ferbench.interfaces import MetricEntry
from ferbench_metrics.average import mean_of_known
from ferbench_metrics.counts import counts, ratio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ferbench.results import Answers


def precision(answers: Answers) -> NDArray[np.float64]:
    """(n_labels,) share of the answers "c" that are right: precision_c = TP_c / (TP_c + FP_c).

    0 for a class that is never predicted (scikit-learn's `zero_division=0`). In [0, 1], higher is better.

    >>> from ferbench_metrics.example import hard_answers
    >>> precision(hard_answers(true=[0, 0, 1, 2], predicted=[0, 1, 1, -1]))
    array([1. , 0.5, 0. ])
    """
    found = counts(answers)
    return ratio(found.right, found.answered, nothing=0.0)


def recall(answers: Answers) -> NDArray[np.float64]:
    """(n_labels,) share of the images of c that are answered right: recall_c = TP_c / (TP_c + FN_c).

    NaN for a class without images. In [0, 1], higher is better.

    >>> from ferbench_metrics.example import hard_answers
    >>> recall(hard_answers(true=[0, 0, 2], predicted=[0, 1, -1]))
    array([0.5, nan, 0. ])
    """
    found = counts(answers)
    return ratio(found.right, found.labelled, nothing=nan)


def f1(answers: Answers) -> NDArray[np.float64]:
    """(n_labels,) harmonic mean of precision and recall: F1_c = 2 TP_c / (2 TP_c + FP_c + FN_c).

    NaN for a class without images. In [0, 1], higher is better.

    >>> from ferbench_metrics.example import hard_answers
    >>> f1(hard_answers(true=[0, 0, 0, 2], predicted=[0, 1, 2, 2])).round(3)
    array([0.5  ,   nan, 0.667])
    """
    import numpy as np

    found = counts(answers)
    # TP + FN are the labels of a class, TP + FP its answers.
    return ratio(2 * found.right, np.where(found.labelled > 0, found.labelled + found.answered, 0), nothing=nan)


def support(answers: Answers) -> NDArray[np.float64]:
    """(n_labels,) number of images of each class, answered or not: support_c = TP_c + FN_c.

    A count, 0 or more; no direction.

    >>> from ferbench_metrics.example import hard_answers
    >>> support(hard_answers(true=[0, 0, 2], predicted=[0, 1, -1]))
    array([2., 0., 1.])
    """
    return counts(answers).labelled


def f1_macro(answers: Answers) -> float:
    """Mean of the F1 of the classes, each with the same weight.

        F1 macro = (1/C) * sum_c F1_c

    over the C classes c of the data set that have at least one image; see `f1` for F1_c. In [0, 1], higher is better;
    NaN without images.

    >>> from ferbench_metrics.example import hard_answers
    >>> f1_macro(hard_answers(true=[0, 0, 0, 1], predicted=[0, 0, 0, -1]))
    0.5
    """
    return mean_of_known(f1(answers))


def f1_weighted(answers: Answers) -> float:
    """Mean of the F1 of the classes, each weighted by its images.

        F1 weighted = (1/N) * sum_c N_c * F1_c

    with N_c of the N images in class c; see `f1` for F1_c. In [0, 1], higher is better; NaN without images.

    >>> from ferbench_metrics.example import hard_answers
    >>> f1_weighted(hard_answers(true=[0, 0, 0, 1], predicted=[0, 0, 0, -1]))
    0.75
    """
    # Each image stands for its class here, and a class weighs as many images as it has.
    return mean_of_known(f1(answers)[answers.y_true])


_rate = partial(MetricCard, direction="higher", range=(0.0, 1.0))

ENTRIES = (
    MetricEntry(card=_rate(name="f1_macro", title="Macro F1"), compute=f1_macro),
    MetricEntry(card=_rate(name="f1_weighted", title="Weighted F1"), compute=f1_weighted),
    MetricEntry(card=_rate(name="precision", title="Precision", shape="per_class"), compute=precision),
    MetricEntry(card=_rate(name="recall", title="Recall", shape="per_class"), compute=recall),
    MetricEntry(card=_rate(name="f1", title="F1", shape="per_class"), compute=f1),
    MetricEntry(
        card=MetricCard(name="support", title="Images", direction="none", range=(0.0, inf), shape="per_class"),
        compute=support,
    ),
)

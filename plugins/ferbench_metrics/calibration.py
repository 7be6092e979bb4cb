"""Whether probabilities mean what they say. Images without an answer have none, and are left out."""

from __future__ import annotations

from functools import partial
from math import log
from typing import TYPE_CHECKING

from ferbench.cards import MetricCard
from ferbench.interfaces import MetricEntry
from ferbench_metrics.average import mean_of_known

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ferbench.results import Answers

BINS = 15
#: Smallest probability that `nll` takes at its word: the spacing of float64 at 1, in which scores are computed.
SMALLEST_PROBABILITY = 2.0**-52


def nll(answers: Answers) -> float:
    """Mean negative log-likelihood of the labels, in nats; also called log loss or cross-entropy.

        NLL = -(1/m) * sum_i ln(max(q_i, 2^-52))

    with q_i the probability of the label among the m answered images. The floor is the float64 epsilon, as scikit-learn
    clips float64 probabilities, so that one certain mistake costs 36.04 and not infinity. In [0, 52 ln 2], lower is
    better; NaN without answers.

    >>> from ferbench_metrics.example import soft_answers
    >>> round(nll(soft_answers(true=[0, 1], probabilities=[[0.5, 0.5], [0.5, 0.5]])), 4)  # ln 2
    0.6931
    """
    import numpy as np

    answered = answers.answered
    of_label = answers.probabilities[answered, answers.y_true[answered]]
    return mean_of_known(-np.log(of_label.clip(SMALLEST_PROBABILITY, 1.0)))


def brier(answers: Answers) -> float:
    """Brier score over all classes, in its original form (Brier 1950), which is not halved for two classes.

        Brier = (1/m) * sum_i sum_k (q_ik - [y_i = k])²

    with q_ik the probability of class k for the m answered images, and labels y_i. In [0, 2], lower is better; NaN
    without answers.

    >>> from ferbench_metrics.example import soft_answers
    >>> brier(soft_answers(true=[0, 1], probabilities=[[1.0, 0.0], [0.5, 0.5]]))
    0.25
    """
    import numpy as np

    answered = answers.answered
    one_hot = np.eye(len(answers.classes))[answers.y_true[answered]]
    return mean_of_known(((answers.probabilities[answered] - one_hot) ** 2).sum(axis=1))


def ece(answers: Answers) -> float:
    """Expected calibration error over 15 bins of equal width (Guo et al. 2017).

        ECE = sum_b (n_b / m) * |acc_b - conf_b|

    where bin b holds the n_b of m answered images whose confidence, the largest probability, lies in ((b-1)/15, b/15];
    acc_b is the share of right answers there and conf_b the mean confidence. In [0, 1], lower is better; NaN without
    answers.

    >>> from ferbench_metrics.example import soft_answers
    >>> round(ece(soft_answers(true=[0, 1], probabilities=[[0.9, 0.1], [0.8, 0.2]])), 4)  # (0.1 + 0.8) / 2
    0.45
    """
    import numpy as np

    confidence, hits = _confidence_and_hits(answers)
    inner_edges = np.arange(1, BINS) / BINS
    return _mean_gap(np.searchsorted(inner_edges, confidence, side="left"), confidence, hits)


def ece_adaptive(answers: Answers) -> float:
    """Expected calibration error over 15 bins that hold equally many images.

        ECE = sum_b (n_b / m) * |acc_b - conf_b|

    with the terms of `ece`, where an image with r answered images less confident than itself is in bin floor(15 r / m):
    images of equal confidence share a bin, and fewer than 15 images may have a bin each. In [0, 1], lower is better;
    NaN without answers.

    >>> from ferbench_metrics.example import soft_answers
    >>> round(ece_adaptive(soft_answers(true=[0, 1], probabilities=[[0.9, 0.1], [0.8, 0.2]])), 4)
    0.45
    """
    import numpy as np

    confidence, hits = _confidence_and_hits(answers)
    less_confident = np.searchsorted(np.sort(confidence), confidence, side="left")
    return _mean_gap(less_confident * BINS // max(confidence.size, 1), confidence, hits)


def _confidence_and_hits(answers: Answers) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(m,) largest probability, (m,) whether the answer is right; for the m answered images."""
    answered = answers.answered
    return answers.probabilities[answered].max(axis=1), answers.correct[answered]


def _mean_gap(bins: NDArray[np.intp], confidence: NDArray[np.float64], hits: NDArray[np.bool_]) -> float:
    """sum_b (n_b / m) * |acc_b - conf_b|, from sums: n_b * acc_b is the number of hits in bin b."""
    import numpy as np

    if not confidence.size:
        return float("nan")
    return float(np.abs(np.bincount(bins, weights=hits - confidence)).sum() / confidence.size)


_error = partial(MetricCard, direction="lower", needs=frozenset({"probabilities"}), over="answered")

ENTRIES = (
    MetricEntry(
        card=_error(name="nll", title="Negative log-likelihood", range=(0.0, -log(SMALLEST_PROBABILITY))),
        compute=nll,
    ),
    MetricEntry(card=_error(name="brier", title="Brier score", range=(0.0, 2.0)), compute=brier),
    MetricEntry(card=_error(name="ece", title="Calibration error (equal width)", range=(0.0, 1.0)), compute=ece),
    MetricEntry(
        card=_error(name="ece_adaptive", title="Calibration error (equal mass)", range=(0.0, 1.0)),
        compute=ece_adaptive,
    ),
)

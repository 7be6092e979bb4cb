"""Agreement of answers and labels beyond chance. Images without an answer form a class of their own, always wrong."""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING, NamedTuple

from ferbench.cards import MetricCard
from ferbench.interfaces import MetricEntry

if TYPE_CHECKING:
    from ferbench.results import Answers


def cohen_kappa(answers: Answers) -> float:
    """Agreement beyond what the class frequencies give by chance (Cohen 1960).

        kappa = (p_o - p_e) / (1 - p_e),   p_e = sum_k t_k * p_k / N²

    with the share p_o of right answers and, for each class k, t_k labels and p_k answers among N images. In [-1, 1],
    higher is better, 0 is chance; NaN where labels and answers are all one class (p_e = 1), or without images.

    >>> from ferbench_metrics.example import hard_answers
    >>> cohen_kappa(hard_answers(true=[0, 0, 1, 1], predicted=[0, 0, 1, 0]))
    0.5
    """
    found = _sums(answers)
    return (found.n * found.right - found.both) / (found.n**2 - found.both) if found.several else nan


def mcc(answers: Answers) -> float:
    """Matthews correlation coefficient of labels and answers, for many classes (Gorodkin 2004).

        MCC = (N * c - sum_k t_k * p_k) / sqrt((N² - sum_k p_k²) * (N² - sum_k t_k²))

    with c right answers among N images and, for each class k, t_k labels and p_k answers. In [-1, 1], higher is better,
    0 is chance. 0 where either the labels or the answers are all one class; NaN where both are the same one class, or
    without images.

    >>> from ferbench_metrics.example import hard_answers
    >>> mcc(hard_answers(true=[0, 0, 1, 1], predicted=[0, 0, 1, 0]))  # 4 / sqrt(48)
    0.5773502691896258
    """
    found = _sums(answers)
    spread = (found.n**2 - found.answers) * (found.n**2 - found.labels)
    if not found.several:
        return nan
    return (found.n * found.right - found.both) / sqrt(spread) if spread else 0.0


class _Sums(NamedTuple):
    """Exact sums: images, right answers, sum_k t_k * p_k, sum_k t_k², sum_k p_k²; whether two classes occur at all."""

    n: int
    right: int
    both: int
    labels: int
    answers: int
    several: bool


def _sums(answers: Answers) -> _Sums:
    import numpy as np

    # No answer is a class of its own, the first here.
    size = len(answers.classes) + 1
    true, predicted = (np.bincount(side + 1, minlength=size) for side in (answers.y_true, answers.y_pred))
    return _Sums(
        n=len(answers.y_true),
        right=int(answers.correct.sum()),
        both=int(true @ predicted),
        labels=int(true @ true),
        answers=int(predicted @ predicted),
        several=int(((true + predicted) > 0).sum()) > 1,
    )


ENTRIES = (
    MetricEntry(
        card=MetricCard(name="cohen_kappa", title="Cohen's kappa", direction="higher", range=(-1.0, 1.0)),
        compute=cohen_kappa,
    ),
    MetricEntry(
        card=MetricCard(name="mcc", title="Matthews correlation", direction="higher", range=(-1.0, 1.0)),
        compute=mcc,
    ),
)

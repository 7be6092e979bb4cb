"""Agreement of answers and labels beyond chance. Images without an answer form a class of their own, always wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    if _single_class(answers):
        return float("nan")
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(answers.y_true, answers.y_pred))


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
    if _single_class(answers):
        return float("nan")
    from sklearn.metrics import matthews_corrcoef

    return float(matthews_corrcoef(answers.y_true, answers.y_pred))


def _single_class(answers: Answers) -> bool:
    """Whether fewer than two classes occur among labels and answers together: 0/0 for both coefficients."""
    import numpy as np

    return bool(np.union1d(answers.y_true, answers.y_pred).size < 2)


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

"""How many images are answered right: over images, over classes, and with a second guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.cards import MetricCard
from ferbench.interfaces import MetricEntry
from ferbench_metrics.average import mean_of_known
from ferbench_metrics.per_class import recall

if TYPE_CHECKING:
    from ferbench.results import Answers


def accuracy(answers: Answers) -> float:
    """Share of images whose answer is the label; FER papers call it WAR, or just "accuracy".

        accuracy = (1/N) * sum_i [p_i = y_i]

    with N images, labels y_i and predictions p_i. Images without an answer count as wrong. In [0, 1], higher is better;
    NaN without images.

    >>> from ferbench_metrics.example import hard_answers
    >>> accuracy(hard_answers(true=[0, 0, 1, 1], predicted=[0, 0, 1, -1]))
    0.75
    """
    return mean_of_known(answers.correct)


def uar(answers: Answers) -> float:
    """Unweighted average recall, "mean class accuracy" in FER papers: every class weighs the same.

        UAR = (1/C) * sum_c TP_c / N_c

    over the C classes c of the data set that have at least one image, with N_c images of the class and TP_c of them
    answered right. Images without an answer count as wrong. In [0, 1], higher is better; NaN without images.

    >>> from ferbench_metrics.example import hard_answers
    >>> uar(hard_answers(true=[0, 0, 0, 1], predicted=[0, 0, 0, 2]))
    0.5
    """
    return mean_of_known(recall(answers))


def top2_accuracy(answers: Answers) -> float:
    """Share of images whose label is among the two most probable classes.

        top-2 = (1/N) * sum_i [y_i in the two classes with the largest q_ik]

    with N images, labels y_i and the probability q_ik of class k. Equal probabilities rank by class index. Images
    without an answer count as wrong. In [0, 1], higher is better; NaN without images.

    >>> from ferbench_metrics.example import soft_answers
    >>> top2_accuracy(soft_answers(true=[1, 2], probabilities=[[0.6, 0.3, 0.1], [0.6, 0.3, 0.1]]))
    0.5
    """
    return mean_of_known(answers.top_k_hits(2))


ENTRIES = (
    MetricEntry(
        card=MetricCard(
            name="accuracy",
            title="Accuracy (WAR)",
            direction="higher",
            range=(0.0, 1.0),
            interval="wilson",
        ),
        compute=accuracy,
    ),
    MetricEntry(
        card=MetricCard(name="uar", title="Mean class accuracy (UAR)", direction="higher", range=(0.0, 1.0)),
        compute=uar,
    ),
    MetricEntry(
        card=MetricCard(
            name="top2_accuracy",
            title="Top-2 accuracy",
            direction="higher",
            range=(0.0, 1.0),
            needs=frozenset({"probabilities"}),
            interval="wilson",
        ),
        compute=top2_accuracy,
    ),
)

"""Two metrics for classes of unequal size as a plugin of ferbench."""

from __future__ import annotations

from ferbench.cards import MetricCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry

from ferbench_imbalance_metric.reference import abaw_score_by_scikit_learn, recall_gmean_by_scikit_learn
from ferbench_imbalance_metric.scores import abaw_score, recall_gmean

#: The version of ferbench's plugin API that this is written for.
FERBENCH_API = 1

ENTRIES = (
    MetricEntry(
        card=MetricCard(
            name="abaw_score",
            title="ABAW 2020 (0.67 macro F1 + 0.33 accuracy)",
            direction="higher",
            range=(0.0, 1.0),
        ),
        compute=abaw_score,
        reference=abaw_score_by_scikit_learn,
    ),
    MetricEntry(
        card=MetricCard(
            name="recall_gmean",
            title="Geometric mean of the recalls",
            direction="higher",
            range=(0.0, 1.0),
        ),
        compute=recall_gmean,
        reference=recall_gmean_by_scikit_learn,
    ),
)


@hookimpl
def ferbench_metrics() -> list[MetricEntry]:
    """`abaw_score` and `recall_gmean`."""
    return list(ENTRIES)

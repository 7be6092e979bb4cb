"""Whether a metric agrees with an independent implementation, where its author names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.testing.check import Check, NotApplicable, require
from ferbench.testing.metric_checks.laws import difference
from ferbench.testing.metric_checks.samples import drawn, perfect, wrong

if TYPE_CHECKING:
    from ferbench.testing.subjects import MetricSubject

TOLERANCE = 1e-9
SEEDS = range(5)


def reference(metric: MetricSubject) -> str:
    """Both on drawn answers; `MetricEntry.reference` takes the answers, as compute does."""
    other = metric.registered.entry.reference
    if other is None:
        raise NotApplicable("the entry names no reference")
    samples = [perfect(), wrong(), *(drawn(seed) for seed in SEEDS)]
    changes = [difference(metric.value(each), np.asarray(other(each), dtype=np.float64)) for each in samples]
    require(max(changes) <= TOLERANCE, f"it differs from its reference by {max(changes):.2e}")
    return f"on {len(samples)} samples it differs from its reference by at most {max(changes):.1e}"


CHECKS = (
    Check(
        name="reference",
        kinds=("metric",),
        asks="The value is that of the independent implementation which the author names.",
        mend="Find out which of the two is wrong; the reference is the function in MetricEntry.reference.",
        run=reference,
    ),
)

"""Numerics: the same images alone and among others. Batch statistics, as in ARM, show here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.probes.again import said_again, shuffled
from ferbench.pipeline.probes.verdict import Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.interfaces import Model
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Predictions

SAMPLE = 32
#: Float32 noise between batch sizes stays below 1e-5 on CPU; batch statistics move outputs by far more.
TOLERANCE = 1e-3


def probe_numerics(plan: Plan, model: Model, predictions: Predictions) -> Verdict:
    """Whether an answer depends on what else is in the batch.

    At most 32 images are given to the model one by one, and again in another order at the batch size of the run (all
    in one batch, for a run in which every image was alone). Both are compared with the run's own outputs.
    """
    picked = shuffled(predictions)[:SAMPLE]
    company = plan.conduct.batch_size if plan.conduct.batch_size > 1 else SAMPLE
    own = predictions.emotion[picked]
    alone, together = (
        largest_change(own, said_again(plan, model, picked, plan.reading, size)) for size in (1, company)
    )
    finding = f"largest change of an output: {alone:.1e} alone, {together:.1e} shuffled in batches of {company}"
    # A NaN is no pass.
    if alone <= TOLERANCE and together <= TOLERANCE:
        return Verdict(probe="numerics", outcome="ok", finding=finding)
    blamed = f"the answers depend on the other images of a batch ({finding})"
    return Verdict(probe="numerics", outcome="contradicted", finding=finding, not_ranked_because=blamed)


def largest_change(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """Largest change of an output, both (m, K): relative to the largest of its image, absolute where that is below 1.

    A NaN anywhere makes it NaN.
    """
    scale = np.maximum(1.0, np.abs(before).max(axis=1, keepdims=True))
    return float(np.max(np.abs(after - before) / scale))

"""Numerics: the same images alone and among others. Batch statistics, as in ARM, show here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.execution import PLAIN
from ferbench.pipeline.probes.again import said_again, shuffled
from ferbench.pipeline.probes.verdict import Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.pipeline.engine.running import Running
    from ferbench.results import Predictions

SAMPLE = 32
#: Float32 noise between batch sizes stays below 1e-5 on CPU; batch statistics move outputs by far more.
TOLERANCE = 1e-3


def probe_numerics(running: Running, predictions: Predictions) -> Verdict:
    """Whether an answer depends on what else is in the batch.

    At most 32 images are given to the plain model one by one, and again in another order at the batch size of the run
    (all in one batch, for a run in which every image was alone). Both are compared with the run's own outputs, if these
    are plain too. Those of another engine or precision are rounded otherwise, by what may be different for each batch
    size; then both are compared with each other: neighbours that matter to the network matter in float32.
    """
    plan, conduct = running.plan, running.plan.conduct
    picked = shuffled(predictions)[:SAMPLE]
    company = conduct.batch_size if conduct.batch_size > 1 else SAMPLE
    alone, together = (said_again(plan, running.loaded.model, picked, plan.reading, size) for size in (1, company))
    if (conduct.engine, conduct.precision) == PLAIN:
        own = predictions.emotion[picked]
        changes = {
            "alone": largest_change(own, alone),
            f"shuffled in batches of {company}": largest_change(own, together),
        }
    else:
        changes = {f"in float32 from batches of {company} to alone": largest_change(together, alone)}
    finding = "largest change of an output: " + ", ".join(f"{change:.1e} {when}" for when, change in changes.items())
    # A NaN is no pass.
    if all(change <= TOLERANCE for change in changes.values()):
        return Verdict(probe="numerics", outcome="ok", finding=finding)
    blamed = f"the answers depend on the other images of a batch ({finding})"
    return Verdict(probe="numerics", outcome="contradicted", finding=finding, not_ranked_because=blamed)


def largest_change(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """Largest change of an output, both (m, K): relative to the largest of its image, absolute where that is below 1.

    A NaN anywhere makes it NaN.
    """
    scale = np.maximum(1.0, np.abs(before).max(axis=1, keepdims=True))
    return float(np.max(np.abs(after - before) / scale))

"""Some images of a run given to the model once more: which ones, and what it says about them then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.canonical import sha256_text
from ferbench.errors import DataError
from ferbench.pipeline.answering import answers_to
from ferbench.pipeline.images import batches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.interfaces import Model
    from ferbench.pipeline.images import Batch
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.views import Reading
    from ferbench.results import Predictions


def shuffled(predictions: Predictions) -> NDArray[np.int64]:
    """(m,) positions of the images with an answer, by the hash of their ids: the same order on every machine."""
    answered = np.flatnonzero(np.isfinite(predictions.emotion).all(axis=1))
    return np.array(sorted(answered.tolist(), key=lambda position: sha256_text(predictions.ids[position])), np.int64)


def said_again(
    plan: Plan, model: Model, positions: NDArray[np.int64], reading: Reading, batch_size: int
) -> NDArray[np.float32]:
    """(m, K) `emotion` of the images at m positions, in their order, read anew; at most `batch_size` views at a time.

    Raises:
        DataError: one of them can no longer be read.
        PluginError: a plugin's code raised.
    """
    rows = [plan.rows[position] for position in positions.tolist()]
    outputs: list[NDArray[np.float32]] = []
    for batch in batches(plan.opened, rows, reading, batch_size, plan.conduct.workers):
        if batch.failures:
            raise gone(rows[min(batch.failures)].id, batch)
        outputs.append(answers_to(model, batch.views, batch_size)["emotion"])
    return np.concatenate(outputs)


def gone(name: str, batch: Batch) -> DataError:
    """The error of an image that went away during the run."""
    return DataError(
        f"The image {name!r} was read again, to ask the model about it once more.",
        f"It could be read before, and is now {batch.failures[min(batch.failures)]}",
        "Evaluate again when nothing changes the data set meanwhile.",
    )

"""Some images of a run given to the model once more: which ones, and what it says about them then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.canonical import sha256_text
from ferbench.errors import DataError
from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.images import batches
from ferbench.results import NOT_FINITE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.pipeline.images import Batch
    from ferbench.pipeline.plugin_model import PluginModel
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.views import Reading
    from ferbench.results import Predictions


def shuffled(predictions: Predictions) -> NDArray[np.int64]:
    """(m,) positions of the images with an answer, by the hash of their ids: the same order on every machine."""
    answered = np.flatnonzero(np.isfinite(predictions.emotion).all(axis=1))
    return by_hash(predictions, answered.tolist())


def shown(predictions: Predictions) -> NDArray[np.int64]:
    """(m,) as `shuffled`, and among them the images for which the model had no finite answer."""
    failures = predictions.failures
    asked = [row for row, name in enumerate(predictions.ids) if failures.get(name, NOT_FINITE) == NOT_FINITE]
    return by_hash(predictions, asked)


def by_hash(predictions: Predictions, positions: list[int]) -> NDArray[np.int64]:
    """(m,) the positions in the order of the hash of their ids."""
    return np.array(sorted(positions, key=lambda position: sha256_text(predictions.ids[position])), np.int64)


def said_again(
    plan: Plan, model: PluginModel, positions: NDArray[np.int64], reading: Reading, batch_size: int
) -> NDArray[np.float32]:
    """(m, K) `emotion` of the images at m positions, in their order, read anew; at most `batch_size` views at a time.

    Raises:
        DataError: one of them can no longer be read.
        PluginError: a plugin's code raised.
    """
    rows = [plan.rows[position] for position in positions.tolist()]
    answers, outputs = AnswersOf(model, batch_size), []
    for batch in batches(plan.opened, rows, reading, batch_size, plan.conduct.workers):
        if batch.failures:
            raise gone(rows[min(batch.failures)].id, batch)
        outputs.append(answers(batch.views)["emotion"])
    return np.concatenate(outputs)


def gone(name: str, batch: Batch) -> DataError:
    """The error of an image that went away during the run."""
    return DataError(
        f"The image {name!r} was read again, to ask the model about it once more.",
        f"It could be read before, and is now {batch.failures[min(batch.failures)]}",
        "Evaluate again when nothing changes the data set meanwhile.",
    )

"""Whether an answer depends on anything but its own picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.export.parity import probe_images
from ferbench.pipeline.probes.numerics import TOLERANCE, largest_change
from ferbench.testing.check import Check, require
from ferbench.testing.subjects import IMAGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.testing.subjects import ModelSubject


def batch_size(model: ModelSubject) -> str:
    """Every picture alone, against all of them together."""
    alone = np.concatenate([model.answers(model.images[i : i + 1]) for i in range(IMAGES)])
    return compared(model.outputs, alone, "alone")


def batch_order(model: ModelSubject) -> str:
    """The same batch from its end to its beginning."""
    return compared(model.outputs, model.answers(model.images[::-1])[::-1], "in another order")


def batch_neighbours(model: ModelSubject) -> str:
    """The first picture among others, in a batch of the same size."""
    others = probe_images(model.preprocess, 2 * IMAGES)[IMAGES + 1 :]
    batch = np.concatenate([model.images[:1], others])
    return compared(model.outputs[:1], model.answers(batch)[:1], "among other pictures")


def compared(before: NDArray[np.float32], after: NDArray[np.float32], how: str) -> str:
    """The largest change of an output, which must be no more than rounding."""
    change = largest_change(before, after)
    require(change <= TOLERANCE, f"an output changes by {change:.1e} when its picture is {how}")
    return f"largest change of an output {how}: {change:.1e}"


CHECKS = (
    Check(
        name="batch-size",
        kinds=("model",),
        asks="The answer for a picture is the same alone and in a batch.",
        mend="Compute nothing over dimension 0: no batch statistics, no sorting or choosing across pictures.",
        run=batch_size,
    ),
    Check(
        name="batch-order",
        kinds=("model",),
        asks="The answer for a picture does not depend on its place in the batch.",
        mend="Look for indices over dimension 0, and for views that mix pictures: flatten(1) keeps them apart.",
        run=batch_order,
    ),
    Check(
        name="batch-neighbours",
        kinds=("model",),
        asks="The answer for a picture does not depend on the other pictures of its batch.",
        mend="Compute nothing over dimension 0; normalise over channels and places of each picture.",
        run=batch_neighbours,
    ),
)

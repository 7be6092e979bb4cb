"""All images through the model, once: Predictions in manifest order, and the content digests of what was read."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.errors import NothingMeasured
from ferbench.pipeline.collected import Collected
from ferbench.pipeline.images import batches
from ferbench.pipeline.unfinished.keeping import Keeping
from ferbench.pipeline.unfinished.resuming import resumed
from ferbench.results import Predictions

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.pipeline.answering import Answering
    from ferbench.pipeline.images import Batch
    from ferbench.pipeline.resolve import Plan
    from ferbench.pipeline.unfinished.shards import Shards


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass over the images: what the model said, what was read, and how long it took.

    `sizes` are pictures by (height, width). The answers to the first `resumed` images were kept from before; `seconds`
    are those of the others.
    """

    predictions: Predictions
    digests: tuple[str, ...]
    sizes: Counter[tuple[int, int]]
    seconds: float
    resumed: int = 0

    @property
    def images_per_s(self) -> float | None:
        """Images that this process answered, by the second; None where there were none."""
        answered = len(self.digests) - self.resumed
        return answered / self.seconds if answered else None


def predict(
    plan: Plan, answering: Answering, progress: Callable[[int, int], None], shards: Shards | None = None
) -> Pass:
    """Ask about all rows of a plan; what has come out is kept in `shards`, and what they hold is not asked again.

    Raises:
        NothingMeasured: not one image got an answer.
        PluginError: a plugin's code raised, or the outputs have another shape than the classes.
    """
    rows = plan.rows
    collected = resumed(plan, answering, progress, shards) if shards else Collected(n=len(rows))
    keep = Keeping(collected, shards) if shards else nothing_kept
    first, started = collected.done, time.perf_counter()
    for batch in batches_from(plan, first, answering.expect):
        collected.add(batch, answering(batch.views) if batch.answered else {})
        keep()
        progress(collected.done, len(rows))
    seconds = time.perf_counter() - started
    if len(collected.failures) == len(rows):
        raise nothing_measured(plan, collected.failures)
    return Pass(
        predictions=predictions_of(plan, collected),
        digests=tuple(collected.digests),
        sizes=collected.sizes,
        seconds=seconds,
        resumed=first,
    )


def nothing_kept() -> None:
    """A pass that leaves nothing behind when it is ended."""


def batches_from(plan: Plan, first: int, ahead: Callable[[NDArray[np.uint8]], None]) -> Iterator[Batch]:
    """The batches of a plan from a row on at which one begins, by their place in the whole manifest.

    `ahead` is told of their views as soon as they are read.
    """
    rows, conduct = plan.rows[first:], plan.conduct
    for batch in batches(plan.opened, rows, plan.reading, conduct.batch_size, conduct.workers, ahead):
        yield replace(
            batch,
            start=first + batch.start,
            answered=tuple(first + position for position in batch.answered),
            failures={first + position: reason for position, reason in batch.failures.items()},
        )


def predictions_of(plan: Plan, collected: Collected) -> Predictions:
    """What came out of a whole pass."""
    rows = plan.rows
    return Predictions(
        ids=tuple(row.id for row in rows),
        labels=tuple(row.label for row in rows),
        classes=plan.classes,
        kind=plan.model.entry.card.output,
        outputs=collected.outputs,
        failures={rows[position].id: reason for position, reason in sorted(collected.failures.items())},
        attributes=tuple(row.attributes for row in rows),
    )


def nothing_measured(plan: Plan, failures: Mapping[int, str]) -> NothingMeasured:
    """The error of a run in which no image got an answer."""
    position, reason = next(iter(failures.items()))
    return NothingMeasured(
        f"{plan.spec.model} was evaluated on {len(plan.rows)} images of {plan.spec.dataset}.",
        f"Not one got an answer; {plan.rows[position].id}: {reason}",
        "Check the files (ferbench never skips an image in silence) and the weights.",
    )

"""All images through the model, once: Predictions in manifest order, and the content digests of what was read."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ferbench.errors import NothingMeasured
from ferbench.pipeline.images import batches
from ferbench.results import Predictions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from ferbench.pipeline.answering import Answering
    from ferbench.pipeline.images import Batch
    from ferbench.pipeline.resolve import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass over the images: what the model said, what was read, and how long it took in seconds.

    `sizes` are pictures by (height, width).
    """

    predictions: Predictions
    digests: tuple[str, ...]
    sizes: Counter[tuple[int, int]]
    seconds: float


@dataclass(slots=True)
class Collected:
    """What has come out so far; arrays are allocated when the first outputs show their shapes."""

    n: int
    outputs: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    digests: list[str] = field(default_factory=list)
    failures: dict[int, str] = field(default_factory=dict)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)

    def add(self, batch: Batch, outputs: Mapping[str, NDArray[np.float32]]) -> None:
        """Put the outputs of a batch in their rows; a row that is not finite is no answer."""
        self.digests.extend(batch.digests)
        self.failures.update(batch.failures)
        self.sizes.update(batch.sizes)
        positions = np.array(batch.answered, dtype=np.int64)
        for name, array in outputs.items():
            if name not in self.outputs:
                self.outputs[name] = np.full((self.n, *array.shape[1:]), np.nan, np.float32)
            self.outputs[name][positions] = array
        if not outputs:
            return
        broken = ~np.isfinite(outputs["emotion"]).all(axis=1)
        self.outputs["emotion"][positions[broken]] = np.nan
        self.failures.update(dict.fromkeys(positions[broken].tolist(), "the model's output is not finite"))


def predict(plan: Plan, answering: Answering, progress: Callable[[int, int], None]) -> Pass:
    """Ask about all rows of a plan.

    Raises:
        NothingMeasured: not one image got an answer.
        PluginError: a plugin's code raised, or the outputs have another shape than the classes.
    """
    rows = plan.rows
    collected = Collected(n=len(rows))
    started = time.perf_counter()
    for batch in batches(plan.opened, rows, plan.reading, plan.conduct.batch_size, plan.conduct.workers):
        collected.add(batch, answering(batch.views) if batch.answered else {})
        progress(len(collected.digests), len(rows))
    seconds = time.perf_counter() - started
    if len(collected.failures) == len(rows):
        raise nothing_measured(plan, collected.failures)
    predictions = Predictions(
        ids=tuple(row.id for row in rows),
        labels=tuple(row.label for row in rows),
        classes=plan.classes,
        kind=plan.model.entry.card.output,
        outputs=collected.outputs,
        failures={rows[position].id: reason for position, reason in sorted(collected.failures.items())},
        attributes=tuple(row.attributes for row in rows),
    )
    digests = tuple(collected.digests)
    return Pass(predictions=predictions, digests=digests, sizes=collected.sizes, seconds=seconds)


def nothing_measured(plan: Plan, failures: Mapping[int, str]) -> NothingMeasured:
    """The error of a run in which no image got an answer."""
    position, reason = next(iter(failures.items()))
    return NothingMeasured(
        f"{plan.spec.model} was evaluated on {len(plan.rows)} images of {plan.spec.dataset}.",
        f"Not one got an answer; {plan.rows[position].id}: {reason}",
        "Check the files (ferbench never skips an image in silence) and the weights.",
    )

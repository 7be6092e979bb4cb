"""`--precision guarded`: the fast precision for all images, float32 for those whose answer it may have changed.

An image gets another class in float32 only if a difference between two classes changes by more than the margin between
the two best (`margins.changes`). So some images of the run, drawn by the hash of their ids, are computed both ways
before the pass; the largest change among them, times `SAFETY`, is the bound. In the pass every image whose margin is
not above the bound is computed again in float32, and all of its outputs are taken from there.

What that promises. The images of the sample are as good as drawn at random from those of the run. With n of them, the
chance that a change in one other image is larger than all of theirs is 1 / (n + 1), whatever the distribution: of 3,000
images about 11 can be expected beyond the largest change of 256. A flip needs more: a change beyond `SAFETY` times that
largest one, and a margin that lies between the bound and the change. No distribution-free bound exists for that, so the
classes are those of float32 as a matter of statistics, and not with certainty: a network that goes wrong in one image
of a thousand, and there by far, is not seen by the sample. Images that are computed again have the class of float32 up
to the noise of float32 itself, whose sums depend on the number of images in a batch.

What it does not promise: that outputs are those of float32. Scores of probabilities come from mixed precision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ferbench.canonical import sha256_text
from ferbench.execution import Guarding
from ferbench.pipeline.engine.margins import changes, comparable, margins
from ferbench.pipeline.images import batches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from numpy.typing import NDArray

    from ferbench.execution import BatchTrial
    from ferbench.interfaces import Row
    from ferbench.pipeline.answering import AnswersOf
    from ferbench.pipeline.engine.choice import Arithmetic
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Predictions

    Outputs = Mapping[str, NDArray[np.float32]]

#: Images of a run that are computed both ways before the pass.
SAMPLE = 256
#: The bound is the largest change in the sample times this.
SAFETY = 2.0
#: The output beside those of the model that says which images were computed again: (b, 1), 1 or 0.
RECOMPUTED = "recomputed_in_float32"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Images whose margin in the arithmetic `fast` is not above `bound` are computed again; `sample` gave the bound."""

    fast: Arithmetic
    bound: float
    sample: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """The answers of `fast`, and of `plain` where those lie within the bound or are none."""

    fast: AnswersOf
    plain: AnswersOf
    kind: Literal["logits", "probabilities"]
    bound: float

    @property
    def trials(self) -> list[BatchTrial]:
        """As `AnswersOf.trials`, of both models."""
        return [*self.fast.trials, *self.plain.trials]

    def expect(self, views: NDArray[np.uint8]) -> None:
        """As `AnswersOf.expect`: everything goes to the fast model first."""
        self.fast.expect(views)

    def __call__(self, views: NDArray[np.uint8]) -> Outputs:
        """(b, V, channels, height, width) uint8 -> arrays of b rows by output name, `RECOMPUTED` among them."""
        answers = {name: array.copy() for name, array in self.fast(views).items()}
        # A margin that is NaN is not above the bound: what is not finite here may be so in float32.
        doubtful = np.flatnonzero(~(margins(comparable(answers["emotion"], self.kind)) > self.bound))
        if doubtful.size:
            again = self.plain(views[doubtful])
            for name, array in answers.items():
                array[doubtful] = again[name]
        flags = np.zeros((len(views), 1), np.float32)
        flags[doubtful] = 1
        return {**answers, RECOMPUTED: flags}


@dataclass(slots=True)
class Seen:
    """What the images of a sample say about the bound, batch by batch."""

    images: int = 0
    largest: float = field(default=0.0)

    def add(self, fast: NDArray[np.float64], plain: NDArray[np.float64]) -> None:
        """(b, K) scores of the same images; what is not finite in `fast` is computed again anyway, and says nothing."""
        usable = np.isfinite(fast).all(axis=1)
        if not usable.any():
            return
        with np.errstate(invalid="ignore"):
            moved = changes(fast[usable], plain[usable])
        self.images += len(moved)
        # Without an answer in float32 alone nothing is known about changes, and everything is computed again.
        self.largest = max(self.largest, float(np.where(np.isfinite(moved), moved, np.inf).max()))

    @property
    def bound(self) -> float:
        """What margins are compared with; infinite where nothing was seen."""
        return SAFETY * self.largest if self.images else float("inf")


def calibrated(plan: Plan, fast: AnswersOf, plain: AnswersOf, arithmetic: Arithmetic) -> Calibration:
    """The bound of a run, from images of its own; the same for the same run.

    Raises:
        PluginError: a plugin's code raised.
    """
    seen, kind = Seen(), plan.model.entry.card.output
    conduct = plan.conduct
    for batch in batches(plan.opened, drawn(plan.rows), plan.reading, conduct.batch_size, conduct.workers):
        if batch.answered:
            seen.add(*(comparable(model(batch.views)["emotion"], kind) for model in (fast, plain)))
    return Calibration(fast=arithmetic, bound=seen.bound, sample=seen.images)


def drawn(rows: tuple[Row, ...]) -> list[Row]:
    """At most `SAMPLE` of the rows, by a hash of their ids that no other sample of a run is drawn by."""
    return sorted(rows, key=lambda row: sha256_text(f"guarded {row.id}"))[:SAMPLE]


def guarding_of(calibration: Calibration | None, predictions: Predictions) -> Guarding | None:
    """What the record says of a guarded run; None for any other."""
    if calibration is None:
        return None
    return Guarding(
        fast=calibration.fast,
        bound=calibration.bound,
        sample=calibration.sample,
        recomputed=int(np.nansum(predictions.outputs[RECOMPUTED])),
    )

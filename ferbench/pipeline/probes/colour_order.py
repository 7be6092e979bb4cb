"""Colour order: some of the images once more with red and blue exchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.probes.again import said_again, shuffled
from ferbench.pipeline.probes.paired import sign_test
from ferbench.pipeline.probes.verdict import Verdict
from ferbench.pipeline.score import answers_of
from ferbench.spec import RANDOM_WEIGHTS

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

    from ferbench.emotions import ClassOrder
    from ferbench.pipeline.engine.running import Running
    from ferbench.results import Answers, Predictions

SAMPLE = 1024
#: One order is better than the other from so much mean class accuracy on, at this two-sided level.
MARGIN = 0.02
LEVEL = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The same n images in two colour orders: images right in one of them alone, and the difference in UAR.

    `gained` and `gain` are for the order that is not declared; `gain` is from -1 to 1, over the classes that occur.
    """

    n: int
    gained: int
    lost: int
    gain: float

    @property
    def p_value(self) -> float:
        """Two-sided exact p-value that both orders are right equally often."""
        return min(1.0, 2 * min(sign_test(self.gained, self.lost), sign_test(self.lost, self.gained)))

    @property
    def other_is_better(self) -> bool:
        """Whether the order that is not declared is better, by images and by classes."""
        return self.gained > self.lost and self.gain >= MARGIN and self.p_value < LEVEL

    @property
    def declared_is_better(self) -> bool:
        """Whether the declared order is better, by images and by classes."""
        return self.lost > self.gained and -self.gain >= MARGIN and self.p_value < LEVEL


def probe_colour_order(running: Running, predictions: Predictions) -> Verdict:
    """Whether the model knows the images better with red and blue exchanged; at most 1,024 of them are asked about.

    The channels are exchanged before they are normalised, and mean and standard deviation keep their places, as in
    pipelines that read BGR. The model is asked as it was in the run, in the fast precision of a guarded one.
    """
    plan = running.plan
    declared = plan.preprocess.colour_order
    if declared == "grey" or plan.weights.name == RANDOM_WEIGHTS:
        finding = "the input is grey" if declared == "grey" else "random weights have seen no colours"
        return Verdict(probe="colour order", outcome="not applicable", finding=finding)
    other: Literal["rgb", "bgr"] = "bgr" if declared == "rgb" else "rgb"
    picked = np.sort(shuffled(predictions)[:SAMPLE])
    exchanged = replace(plan.reading, preprocess=replace(plan.preprocess, colour_order=other))
    again = said_again(plan, running.model, picked, exchanged, plan.conduct.batch_size)
    classes = plan.scope.classes
    first = part(predictions, picked, predictions.emotion[picked])
    return colour_verdict(compared(first, part(predictions, picked, again), classes), declared, other)


def part(predictions: Predictions, picked: NDArray[np.int64], emotion: NDArray[np.float32]) -> Predictions:
    """The images at some positions, with (m, K) other outputs."""
    ids, labels = (tuple(texts[p] for p in picked.tolist()) for texts in (predictions.ids, predictions.labels))
    return replace(predictions, ids=ids, labels=labels, outputs={"emotion": emotion}, failures={}, attributes=())


def compared(declared: Predictions, other: Predictions, data_classes: ClassOrder) -> Paired:
    """Predictions of the same images in both orders, side by side."""
    first, second = (answers_of(predictions, data_classes, "strict") for predictions in (declared, other))
    return Paired(
        n=len(first.y_true),
        gained=int((second.correct & ~first.correct).sum()),
        lost=int((first.correct & ~second.correct).sum()),
        gain=mean_recall(second) - mean_recall(first),
    )


def mean_recall(answers: Answers) -> float:
    """UAR over the classes that occur."""
    right, all_ = (np.bincount(answers.y_true, weights, answers.n_labels) for weights in (answers.correct, None))
    return float(np.mean(right[all_ > 0] / all_[all_ > 0]))


def colour_verdict(paired: Paired, declared: str, other: str) -> Verdict:
    """The verdict on a comparison: nothing is concluded unless one order is clearly better."""
    finding = (
        f"{other} instead of {declared} mends {paired.gained} and spoils {paired.lost} of {paired.n} answers "
        f"({100 * paired.gain:+.1f} points of UAR, p = {paired.p_value:.1g})"
    )
    if paired.other_is_better:
        warning = f"the weights seem to expect {other}: {finding}; if they do, pass --colour-order {other}"
        return Verdict(probe="colour order", outcome="warning", finding=finding, warning=warning)
    outcome: Literal["ok", "inconclusive"] = "ok" if paired.declared_is_better else "inconclusive"
    return Verdict(probe="colour order", outcome=outcome, finding=finding)

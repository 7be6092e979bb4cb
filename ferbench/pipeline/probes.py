"""Small experiments on a run that tell whether its number may be ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ferbench.emotions import named_order
from ferbench.errors import DataError
from ferbench.pipeline.images import read_batch
from ferbench.pipeline.score import answers_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Model
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Predictions

#: So many images are given to the model alone, to compare with what it said about them in their batch.
NEIGHBOUR_SAMPLE = 8
#: Float32 noise between batch sizes stays below 1e-5 on CPU; batch statistics move outputs by far more.
NEIGHBOUR_TOLERANCE = 1e-3
#: A declared class order is contradicted when another explains the answers better by so much mean class accuracy.
ORDER_MARGIN = 0.20
ORDER_IMAGES_PER_CLASS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a probe found: a sentence for the record, and why the run may not be ranked (empty: it may)."""

    probe: str
    finding: str
    not_ranked_because: str = ""


def probe_neighbours(plan: Plan, model: Model, predictions: Predictions) -> Verdict:
    """Whether an answer depends on what else is in the batch: largest change of an output, alone against in company.

    The change is relative to the largest output of the image, and absolute where that is below 1.
    """
    answered = np.flatnonzero(np.isfinite(predictions.emotion).all(axis=1))
    picked = answered[np.linspace(0, len(answered) - 1, min(NEIGHBOUR_SAMPLE, len(answered))).astype(int)]
    if plan.spec.batch_size == 1:
        return probe_company(plan, model, predictions, picked)
    # numpy's maximum keeps a NaN, which Python's own would lose.
    worst = float(np.max([change_alone(plan, model, predictions, int(position)) for position in picked]))
    return neighbour_verdict(f"between batch 1 and batch {plan.spec.batch_size}", worst)


def probe_company(plan: Plan, model: Model, predictions: Predictions, picked: NDArray[np.int64]) -> Verdict:
    """The same for a run in which every image was alone: the picked ones are now given together."""
    rows = [plan.rows[int(position)] for position in picked]
    batch = read_batch(plan.opened, rows, plan.preprocess, 0)
    together = model.predict(batch.tensor)["emotion"]
    alone = predictions.emotion[picked[list(batch.answered)]]
    worst = float(np.max(np.abs(together - alone) / np.maximum(1.0, np.abs(alone).max(axis=1, keepdims=True))))
    return neighbour_verdict(f"between batch 1 and batch {len(rows)}", worst)


def neighbour_verdict(where: str, worst: float) -> Verdict:
    """The verdict on a largest change; NaN is no pass."""
    finding = f"largest change of an output {where}: {worst:.2e}"
    blamed = "" if worst <= NEIGHBOUR_TOLERANCE else f"the answers depend on the other images of a batch ({finding})"
    return Verdict(probe="neighbours", finding=finding, not_ranked_because=blamed)


def change_alone(plan: Plan, model: Model, predictions: Predictions, position: int) -> float:
    """Relative change of the outputs of one image when it is alone."""
    batch = read_batch(plan.opened, plan.rows[position : position + 1], plan.preprocess, position)
    if batch.failures:
        raise DataError(
            f"The image {plan.rows[position].id!r} was read again, to give it to the model alone.",
            f"It could be read before, and is now {batch.failures[position]}",
            "Evaluate again when nothing changes the data set meanwhile.",
        )
    alone, together = model.predict(batch.tensor)["emotion"][0], predictions.emotion[position]
    return float(np.abs(alone - together).max() / max(1.0, np.abs(together).max()))


def probe_class_order(predictions: Predictions, data_classes: ClassOrder) -> Verdict:
    """Whether another class order explains the answers better: Hungarian assignment on the row-normalised confusion."""
    from scipy.optimize import linear_sum_assignment

    answers = answers_of(predictions, data_classes, "strict")
    counts = np.zeros((answers.n_labels, len(answers.classes)))
    np.add.at(counts, (answers.y_true[answers.answered], answers.y_pred[answers.answered]), 1)
    if counts.sum(axis=1).min() < ORDER_IMAGES_PER_CLASS:
        return Verdict(probe="class order", finding=f"inconclusive: under {ORDER_IMAGES_PER_CLASS} images of a class")
    # By class, since a model that always says one class would fit the order that gives it the most frequent label.
    recalls = counts / counts.sum(axis=1, keepdims=True)
    rows, columns = linear_sum_assignment(recalls, maximize=True)
    gain = float((recalls[rows, columns].sum() - np.trace(recalls)) / answers.n_labels)
    if gain <= ORDER_MARGIN:
        return Verdict(probe="class order", finding=f"the declared order holds (best other: {gain:+.1%} UAR)")
    moved = {answers.classes[said]: answers.classes[true] for true, said in zip(rows, columns, strict=True)}
    better = tuple(moved.get(name, name) for name in predictions.classes)
    finding = f"the order {', '.join(better)} ({named_order(better) or 'no known name'}) gives {gain:+.1%} UAR"
    return Verdict(
        probe="class order", finding=finding, not_ranked_because=f"the class order is contradicted: {finding}"
    )

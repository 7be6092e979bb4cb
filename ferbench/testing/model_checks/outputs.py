"""What a model answers, and whether it answers the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.probes.output_kind import logits_verdict, probabilities_verdict
from ferbench.testing.check import Check, require

if TYPE_CHECKING:
    from ferbench.testing.subjects import ModelSubject


def outputs(model: ModelSubject) -> str:
    """Ask it about drawn pictures of the size that the card states; PluginModel compares the shapes."""
    found = model.outputs
    strange = int((~np.isfinite(found).all(axis=1)).sum())
    require(not strange, f"{strange} of {len(found)} answers hold a NaN or an infinity")
    size = " x ".join(map(str, model.images.shape[1:]))
    return f"`emotion` is {found.shape[0]} x {found.shape[1]} and finite, for {len(found)} pictures of {size}"


def output_kind(model: ModelSubject) -> str:
    """Whether the outputs look like what the card calls them."""
    rows = model.outputs.astype(np.float64)
    verdict = logits_verdict(rows) if model.entry.card.output == "logits" else probabilities_verdict(rows)
    require(verdict.outcome == "ok", verdict.finding)
    return verdict.finding


def eval_mode(model: ModelSubject) -> str:
    """Whether, after a pass over pictures, any part is in training mode or any tensor is another.

    A network that eval() itself leaves in training mode is refused when it is loaded.
    """
    network = model.network()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    model.answers(model.images)
    training = [name or "the network itself" for name, part in network.named_modules() if part.training]
    require(not training, f"after a pass {len(training)} parts are in training mode, such as {training[:1]}")
    changed = [name for name, tensor in network.state_dict().items() if not same(before[name], tensor)]
    require(not changed, f"a pass over pictures changed {len(changed)} tensors, such as {changed[:1]}")
    return "a pass over pictures leaves every part in evaluation mode, and changes no tensor"


def same(before: object, after: object) -> bool:
    """Whether two tensors are equal; NaNs are equal where they stand in the same places."""
    return np.array_equal(np.asarray(before), np.asarray(after), equal_nan=np.asarray(before).dtype.kind == "f")


def deterministic(model: ModelSubject) -> str:
    """The same pictures once more, compared bit by bit."""
    again = model.answers(model.images)
    difference = float(np.max(np.abs(again - model.outputs)))
    require(np.array_equal(again, model.outputs), f"the same pictures got other answers: up to {difference:.1e} apart")
    return "the same pictures get the same answers, to the last bit"


CHECKS = (
    Check(
        name="outputs",
        kinds=("model",),
        asks="The answer is one finite row of outputs for each picture, with one column for each class.",
        mend="Return (B, num_classes) from forward, or a dict with it under `emotion`, and look for what divides by 0.",
        run=outputs,
    ),
    Check(
        name="output-kind",
        kinds=("model",),
        asks="The outputs are logits or probabilities, as the card declares.",
        mend='Say output="probabilities" on the card of a model that ends in a softmax, or remove the softmax.',
        run=output_kind,
    ),
    Check(
        name="eval-mode",
        kinds=("model",),
        asks="After eval() no part of the network trains on, and answering changes none of its tensors.",
        mend="Leave train() and eval() as torch has them, and keep no running values outside of training.",
        run=eval_mode,
    ),
    Check(
        name="deterministic",
        kinds=("model",),
        asks="The same pictures get the same answers twice.",
        mend="Switch dropout and noise off in evaluation (F.dropout takes training=self.training).",
        run=deterministic,
    ),
)

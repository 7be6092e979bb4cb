"""Weights: how much of the network came from the file, and in which precision the file holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.probes.verdict import Verdict
from ferbench.spec import RANDOM_WEIGHTS

if TYPE_CHECKING:
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.resolve import Plan


def guard_weights(plan: Plan, loaded: Loaded) -> Verdict:
    """What the harness knows of the loading: a model that reads its own file, or brings its weights, is its own."""
    if plan.weights.name == RANDOM_WEIGHTS:
        finding = "random initialisation: nothing was loaded"
        return Verdict(probe="weights", outcome="warning", finding=finding, not_ranked_because="random weights")
    if loaded.loaded_percent is None:
        finding = "the model brings its weights itself" if plan.weights.path is None else "the model reads its own file"
        return Verdict(probe="weights", outcome="not applicable", finding=finding)
    finding = f"{loaded.loaded_percent:.1f} % of the parameters were loaded from the file"
    if not loaded.narrow_types:
        return Verdict(probe="weights", outcome="ok", finding=finding)
    warning = (
        f"the checkpoint holds {' and '.join(loaded.narrow_types)} tensors, which were converted to float32: "
        "what was rounded away before stays so"
    )
    return Verdict(probe="weights", outcome="warning", finding=finding, warning=warning)

"""Output kind: whether the outputs look like what the card of the model says they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ferbench.pipeline.probes.verdict import Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ferbench.results import Predictions

#: Rows of probabilities in float16 sum to 1 within this.
TOLERANCE = 1e-3


def probe_output_kind(predictions: Predictions) -> Verdict:
    """Whether logits look like probabilities, or probabilities do not.

    A softmax over probabilities changes no answer, and flattens NLL, Brier score and ECE.
    """
    outputs = predictions.emotion[np.isfinite(predictions.emotion).all(axis=1)].astype(np.float64)
    return logits_verdict(outputs) if predictions.kind == "logits" else probabilities_verdict(outputs)


def probability_rows(outputs: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(m,) whether a row of (m, K) outputs has no negative value and sums to 1."""
    rows: NDArray[np.bool_] = (outputs >= 0).all(axis=1) & (np.abs(outputs.sum(axis=1) - 1) <= TOLERANCE)
    return rows


def logits_verdict(outputs: NDArray[np.float64]) -> Verdict:
    """The verdict on (m, K) outputs that are declared as logits."""
    if not probability_rows(outputs).all():
        return Verdict(probe="output kind", outcome="ok", finding="declared as logits, and no probabilities")
    finding = f"declared as logits, and all {len(outputs)} rows are non-negative and sum to 1"
    warning = (
        f"the outputs look like probabilities: {finding}; a second softmax flattens NLL, Brier score and ECE: "
        'say output="probabilities" on the card of the model'
    )
    return Verdict(probe="output kind", outcome="warning", finding=finding, warning=warning)


def probabilities_verdict(outputs: NDArray[np.float64]) -> Verdict:
    """The verdict on (m, K) outputs that are declared as probabilities."""
    wrong = int((~probability_rows(outputs)).sum())
    if not wrong:
        return Verdict(probe="output kind", outcome="ok", finding="declared as probabilities, and rows sum to 1")
    finding = f"declared as probabilities, and {wrong} of {len(outputs)} rows are negative somewhere or do not sum to 1"
    warning = (
        f"the outputs are no probabilities: {finding}; rows were divided by their sums: "
        'say output="logits" on the card of the model if they are logits'
    )
    return Verdict(probe="output kind", outcome="warning", finding=finding, warning=warning)

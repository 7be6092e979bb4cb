"""What ferbench expects of every metric plugin; `ferbench plugin check abaw_score` asks the same."""

from __future__ import annotations

import pytest
from ferbench import RunSpec, evaluate
from ferbench.testing import parametrize_with_checks


@parametrize_with_checks(["abaw_score", "recall_gmean"])
def test_plugin(check):
    """Every check passes, or does not apply and says why."""
    check()


def test_scores_of_an_evaluated_model_fit_together():
    """The score of ABAW is the weighted sum of two other scores of the same record, in both label modes."""
    record = evaluate(RunSpec(model="tiny_cnn", dataset="synthetic", limit=40, device="cpu", timing=False)).record

    for scores in record["scores"].values():
        assert scores["abaw_score"] == pytest.approx(0.67 * scores["f1_macro"] + 0.33 * scores["accuracy"])
        assert 0 <= scores["recall_gmean"] <= scores["uar"]

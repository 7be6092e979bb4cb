"""The concentration guard: hardly any answer but two."""

from __future__ import annotations

import pytest

from ferbench.pipeline.probes.concentration import probe_concentration
from tests.pipeline.probes.simulated import RAFDB, predictions_of

EVEN = [name for name in RAFDB for _ in range(10)]


def test_two_answers_are_a_warning_that_names_suspects():
    """Anger and fear for everything: crop, alignment and normalisation are named, and the run may be ranked."""
    verdict = probe_concentration(predictions_of(["fear"] * 40 + ["anger"] * 29 + ["neutral"], EVEN), RAFDB)

    assert verdict.outcome == "warning"
    assert verdict.finding == "fear and anger are 98.6% of the answers and 28.6% of the labels"
    assert "crop, the alignment and the normalisation" in verdict.warning
    assert not verdict.not_ranked_because


@pytest.mark.parametrize(
    ("said", "labels", "outcome"),
    [
        (EVEN, EVEN, "ok"),
        (["fear"] * 63 + ["anger"] * 7, ["fear"] * 64 + ["anger"] * 6, "ok"),
        (["fear"] * 60 + ["anger", "sadness", "neutral"] * 3 + ["disgust"], EVEN, "ok"),
        (["fear"] * 61 + ["anger", "sadness", "neutral"] * 3, EVEN, "warning"),
        (["fear"] * 19, EVEN[:19], "inconclusive"),
        (["fear"] * 20, EVEN[:20], "ok"),
    ],
    ids=["even answers", "labels of two classes", "90 %", "91 %", "few answers", "answers to two classes"],
)
def test_concentrated_labels_explain_concentrated_answers(said, labels, outcome):
    """Over 90 % of the answers is a warning, unless the labels lie there, too, or there are too few of them."""
    assert probe_concentration(predictions_of(said, labels), RAFDB).outcome == outcome


def test_two_classes_are_all_there_is():
    """On a data set of two classes every answer is one of two."""
    labels = ["fear", "anger"] * 20

    assert probe_concentration(predictions_of(labels, labels), ("fear", "anger")).outcome == "not applicable"

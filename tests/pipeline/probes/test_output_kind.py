"""The output-kind guard: probabilities declared as logits, and logits declared as probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ferbench.pipeline.probes.output_kind import probe_output_kind
from ferbench.pipeline.score import softmax
from tests.pipeline.probes.simulated import RAFDB, predictions_of

LOGITS = np.random.default_rng(0).normal(0, 3, (20, 7)).astype(np.float32)
PROBABILITIES = softmax(LOGITS.astype(np.float64)).astype(np.float32)


def probed(kind, emotion):
    """The verdict on outputs that are declared as `kind`."""
    labels = [RAFDB[number % 7] for number in range(len(emotion))]
    return probe_output_kind(replace(predictions_of(labels, labels), kind=kind, outputs={"emotion": emotion}))


@pytest.mark.parametrize(
    ("kind", "emotion", "outcome"),
    [
        ("logits", LOGITS, "ok"),
        ("logits", np.abs(LOGITS), "ok"),
        ("logits", PROBABILITIES, "warning"),
        ("logits", PROBABILITIES.astype(np.float16).astype(np.float32), "warning"),
        ("probabilities", PROBABILITIES, "ok"),
        ("probabilities", PROBABILITIES.astype(np.float16).astype(np.float32), "ok"),
        ("probabilities", LOGITS, "warning"),
        ("probabilities", 2 * PROBABILITIES, "warning"),
        ("probabilities", LOGITS - LOGITS.sum(1, keepdims=True) / 7 + 1 / 7, "warning"),
    ],
)
def test_outputs_are_what_they_are_declared_to_be(kind, emotion, outcome):
    """Rows that are non-negative and sum to 1 are probabilities, whatever the card says; half precision is enough."""
    assert probed(kind, emotion).outcome == outcome


def test_the_warning_says_how_to_mend_it():
    """A second softmax is named with what it spoils, and the field of the card that keeps it away."""
    warning = probed("logits", PROBABILITIES).warning

    assert "flattens NLL, Brier score and ECE" in warning
    assert 'output="probabilities"' in warning


def test_images_without_an_answer_do_not_count():
    """One row of NaN among probabilities hides nothing, and is no fault of the others."""
    emotion = PROBABILITIES.copy()
    emotion[3] = np.nan

    assert probed("logits", emotion).outcome == "warning"
    assert probed("probabilities", emotion).outcome == "ok"


def test_the_number_of_wrong_rows_is_said():
    """Two rows of twenty that do not sum to 1."""
    emotion = PROBABILITIES.copy()
    emotion[:2] *= 1.1

    assert "2 of 20 rows" in probed("probabilities", emotion).finding

"""The colour-order probe: both orders side by side, and nothing concluded without need."""

from __future__ import annotations

import numpy as np
import pytest

from ferbench.pipeline.probes.colour_order import colour_verdict, compared
from tests.pipeline.probes.simulated import (
    RAFDB,
    colour_outcomes,
    colour_verdict_on,
    drawn,
    even,
    predictions_of,
)


def test_a_better_other_order_is_a_warning():
    """The option that mends it is named, and the rank is not withheld."""
    verdict = colour_verdict_on(np.random.default_rng(0), declared=0.6, other=0.8, per_class=100)

    assert verdict.outcome == "warning"
    assert "--colour-order bgr" in verdict.warning
    assert "of 700 answers (+" in verdict.finding
    assert not verdict.not_ranked_because


def test_a_better_declared_order_is_confirmed():
    """Colours matter to the model, and they are right."""
    assert colour_outcomes(10, declared=0.8, other=0.6, per_class=100) == {"ok": 10}


@pytest.mark.parametrize("per_class", [1, 146])
def test_a_model_that_does_not_mind_is_inconclusive(per_class):
    """Equal accuracy, on few images and on as many as are asked about: nothing is concluded in ten cases of ten."""
    assert colour_outcomes(10, 0.7, 0.7, per_class) == {"inconclusive": 10}


def test_equal_answers_are_inconclusive():
    """Grey pictures give the same answers in both orders."""
    rng = np.random.default_rng(0)
    same = predictions_of(*drawn(rng, even(0.7), dict.fromkeys(RAFDB, 20)))
    verdict = colour_verdict(compared(same, same, RAFDB), "bgr", "rgb")

    assert verdict.outcome == "inconclusive"
    assert verdict.finding == "rgb instead of bgr mends 0 and spoils 0 of 140 answers (+0.0 points of UAR, p = 1)"


def test_a_constant_answer_gains_nothing():
    """Always the rare class in one order, always the frequent one in the other: better by images, not by classes."""
    labels = ["fear"] * 50 + ["happiness"] * 500
    rare, frequent = (predictions_of([said] * len(labels), labels) for said in ("fear", "happiness"))

    assert colour_verdict(compared(rare, frequent, RAFDB), "rgb", "bgr").outcome == "inconclusive"
    assert colour_verdict(compared(frequent, rare, RAFDB), "rgb", "bgr").outcome == "inconclusive"

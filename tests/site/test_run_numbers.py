"""The numbers of a run's page against the metrics, and against counting one image after the other."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ferbench.emotions import NAMED_ORDERS
from ferbench.intervals import wilson
from ferbench.pipeline.score import answers_of
from ferbench.report.site.run_numbers import NO_ANSWER, run_numbers
from tests.leaderboard.building import RAFDB, build_predictions, build_test_set
from tests.site.building import metric_entries

EIGHT = NAMED_ORDERS["affectnet8"]


def predictions(classes=RAFDB, failures=()):
    """Answers to 200 images of seven classes; the logits are small, so many are wrong."""
    test_set = build_test_set(200, RAFDB)
    return build_predictions(5, test_set, classes, dict.fromkeys(failures, "gone"), {})


@pytest.mark.parametrize("classes", [RAFDB, EIGHT], ids=["seven classes", "a class more than the data set has"])
def test_counts_are_those_of_counting(classes):
    """Every cell is the number of images with that label and that answer; shares are of the row."""
    answered = predictions(classes, failures=("test_0003", "test_0010"))
    found = run_numbers(answered, RAFDB)
    pairs = []
    for label, row in zip(answered.labels, answered.emotion, strict=True):
        said = NO_ANSWER if np.isnan(row).any() else answered.classes[int(row.argmax())]
        pairs.append((label, said))

    assert found.answered == 198
    assert found.columns[:7] == RAFDB
    assert found.columns[-1] == NO_ANSWER
    assert ("contempt" in found.columns) == (classes is EIGHT)
    for row in found.classes:
        assert row.n == sum(label == row.name for label, _ in pairs)
        assert row.counts == tuple(pairs.count((row.name, said)) for said in found.columns)
        assert row.shares == tuple(count / row.n for count in row.counts)
        assert (row.low, row.high) == wilson(row.right, row.n)


def test_numbers_are_those_of_the_metrics():
    """ECE, recall, precision and F1 are what the metrics of the catalog say."""
    answered = predictions(failures=("test_0003",))
    found = run_numbers(answered, RAFDB)
    answers = answers_of(answered, RAFDB, "strict")
    by_name = {entry.card.name: entry.compute(answers) for entry in metric_entries()}

    assert found.ece == pytest.approx(by_name["ece"], abs=1e-12)
    for name in ("recall", "precision", "f1"):
        assert [getattr(row, name) for row in found.classes] == pytest.approx(list(by_name[name]))


def test_bins_hold_every_answered_image_once():
    """15 bins of equal width; confidence lies within its bin."""
    found = run_numbers(predictions(), RAFDB)

    assert len(found.bins) == 15
    assert sum(item.n for item in found.bins) == 200
    for item in found.bins:
        assert item.high - item.low == pytest.approx(1 / 15)
        if item.n:
            assert item.low < item.confidence <= item.high
        else:
            assert item.confidence is item.accuracy is None


def test_without_any_answer_there_are_counts_alone():
    """No image answered: nothing is divided by nothing."""
    answered = predictions()
    silent = replace(answered, outputs={"emotion": np.full_like(answered.emotion, np.nan)})
    found = run_numbers(silent, RAFDB)

    assert math.isnan(found.ece)
    assert found.answered == 0
    assert all(row.right == 0 and row.precision is None and row.f1 == 0 for row in found.classes)
    assert [row.counts[-1] for row in found.classes] == [row.n for row in found.classes]

"""Scores over parts of the images, and the two parts that leaks make of them."""

from __future__ import annotations

import numpy as np
import pytest

from ferbench.cards import MetricCard
from ferbench.interfaces import MetricEntry
from ferbench.pipeline.leaks import Compared, Leaks, leak_slices, recorded_slices
from ferbench.pipeline.score import score
from ferbench.pipeline.slices import part, slice_scores
from ferbench.results import Predictions, score_record, slice_record

CLASSES = ("fear", "anger")
ACCURACY = MetricEntry(
    card=MetricCard(name="accuracy", title="", direction="higher", range=(0.0, 1.0), interval="wilson"),
    compute=lambda answers: answers.correct.mean(),
)
#: The answers are fear, fear, anger and none; the first two are right.
PREDICTIONS = Predictions(
    ids=("a", "b", "c", "d"),
    labels=("fear", "fear", "fear", "anger"),
    classes=("anger", "fear", "neutral"),
    kind="logits",
    outputs={"emotion": np.array([[0, 1, 0], [0, 2, 0], [3, 0, 0], [np.nan] * 3], np.float32), "more": np.arange(4.0)},
    failures={"d": "broken"},
    attributes=({"sex": "f"}, {"sex": "m"}, {"sex": "f"}, {}),
)
LEAKS = Leaks(
    compared=(Compared(name="x:train", n=9, leaks=2), Compared(name="y", n=5, leaks=0)),
    likeness={"b": "near", "d": "exact"},
    notes=("a note",),
)


def test_a_slice_has_the_scores_of_its_images_alone():
    """As if the others had never been there, in each label mode, with n and interval of its own."""
    scores = slice_scores(PREDICTIONS, CLASSES, [ACCURACY], {"right": (0, 1), "wrong": (2, 3)})

    assert {(item.slice, item.label_mode, item.value, item.n) for item in scores} == {
        (name, mode, value, 2) for name, value in (("right", 1.0), ("wrong", 0.0)) for mode in ("strict", "mask")
    }
    plain, _ = score(part(PREDICTIONS, (0, 1)), CLASSES, [ACCURACY])
    assert [(item.value, item.low, item.high) for item in plain] == [
        (item.value, item.low, item.high) for item in scores if item.slice == "right"
    ]


def test_a_part_has_everything_of_its_images():
    """Labels, all outputs, attributes and failures, in the asked order."""
    found = part(PREDICTIONS, (3, 0))

    assert (found.ids, found.labels, found.attributes) == (("d", "a"), ("anger", "fear"), ({}, {"sex": "f"}))
    assert found.failures == {"d": "broken"}
    assert found.outputs["more"].tolist() == [3.0, 0.0]
    assert part(PREDICTIONS, (0,)).failures == {}
    assert (found.classes, found.kind) == (PREDICTIONS.classes, "logits")


def test_leaks_make_two_slices():
    """Every image is in one of the two; one without images is no slice."""
    assert leak_slices(PREDICTIONS.ids, LEAKS.likeness) == {"without leaks": (0, 2), "leaks": (1, 3)}
    assert leak_slices(PREDICTIONS.ids, {}) == {"without leaks": (0, 1, 2, 3)}
    assert leak_slices(PREDICTIONS.ids, set("abcd")) == {"leaks": (0, 1, 2, 3)}


def test_a_record_gives_its_slices_back():
    """What is stored is enough to score the slices anew; a run that nobody searched has none."""
    record = {"leaks": LEAKS.as_json()}

    assert record["leaks"]["ids"] == {"exact": ["d"], "near": ["b"], "mirrored": []}
    assert record["leaks"]["compared"][0] == {"name": "x:train", "n": 9, "leaks": 2}
    assert record["leaks"]["notes"] == ["a note"]
    assert recorded_slices(record, PREDICTIONS.ids) == leak_slices(PREDICTIONS.ids, LEAKS.likeness)
    assert recorded_slices({"leaks": None}, PREDICTIONS.ids) == recorded_slices({}, PREDICTIONS.ids) == {}


def test_records_of_slices_leave_the_whole_alone():
    """The record of the whole set has the scores over all images, that of a slice its own."""
    whole, _ = score(PREDICTIONS, CLASSES, [ACCURACY])
    slices = leak_slices(PREDICTIONS.ids, LEAKS.likeness)
    scores = (*whole, *slice_scores(PREDICTIONS, CLASSES, [ACCURACY], slices))
    found = slice_record(scores, {name: len(positions) for name, positions in slices.items()})

    assert score_record(scores) == {"strict": {"accuracy": 0.5}, "mask": {"accuracy": 0.5}}
    assert found["leaks"]["n"] == 2
    assert found["leaks"]["scores"]["strict"] == {"accuracy": 0.5}
    assert found["without leaks"]["intervals"]["mask"]["accuracy"] == pytest.approx([0.0945, 0.9055], abs=1e-4)


def test_a_warning_names_where_images_leak_from():
    """Only sides that hold some; nothing to warn of where none does."""
    assert LEAKS.warning(4) == "2 of 4 images are in x:train, too: look at the scores without them"
    assert Leaks(compared=LEAKS.compared[1:], likeness={}).warning(4) == ""

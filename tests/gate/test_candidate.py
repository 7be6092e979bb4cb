"""The side under test is run as the baseline was, but for what is asked to differ."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from ferbench.errors import NotComparable, UsageError
from ferbench.gate.candidate import spec_from_scratch, spec_like
from ferbench.spec import RunSpec

BASELINE = RunSpec(
    model="poster_v2",
    dataset="synthetic",
    model_options={"depth": 2},
    split="train",
    limit=16,
    weights="random",
    seed=3,
    tta="flip",
    class_order="rafdb",
    batch_size=7,
    device="cuda",
    metrics=("accuracy",),
)
RECORD = {"model": "poster_v2", "dataset": "synthetic", "spec": asdict(BASELINE)}


def test_nothing_asked_is_as_the_baseline():
    """Images and model are the baseline's; the machine and the metrics are not."""
    spec = spec_like(RECORD, {"weights": None, "batch_size": 32})
    kept = ("model", "dataset", "model_options", "split", "limit", "weights", "seed", "tta", "class_order")

    assert {name: getattr(spec, name) for name in kept} == {name: getattr(BASELINE, name) for name in kept}
    assert (spec.batch_size, spec.device, spec.metrics) == (32, "auto", ())


def test_what_is_asked_wins():
    """Other weights, fewer images."""
    spec = spec_like(RECORD, {"weights": "new.pth", "limit": 4})

    assert (spec.weights, spec.limit, spec.seed, spec.split) == ("new.pth", 4, 3, "train")


def test_another_model_sees_the_same_images_in_its_own_way():
    """Options, weights and class order belong to the baseline's model; so does its data root to its data set."""
    model = spec_like(RECORD, {"model": "tiny_cnn"})
    dataset = spec_like(RECORD, {"dataset": "rafdb"})

    assert (model.model_options, model.weights, model.class_order, model.tta) == ({}, None, None, "none")
    assert (model.split, model.limit) == ("train", 16)
    assert (dataset.split, dataset.limit, dataset.weights) == (None, None, "random")


@pytest.mark.parametrize("spec", [None, [], {"limit": "16"}, {"model_options": []}, {"seed": None}])
def test_a_record_that_does_not_say_how_is_refused(spec):
    """Records come from strangers."""
    with pytest.raises(NotComparable, match="says not how"):
        spec_like({**RECORD, "spec": spec}, {})


def test_a_first_baseline_needs_model_and_data_set():
    """There is nothing that would say them."""
    assert spec_from_scratch({"model": "a", "dataset": "b", "split": None}) == RunSpec(model="a", dataset="b")
    with pytest.raises(UsageError, match="no baseline yet"):
        spec_from_scratch({"model": "a", "dataset": None})

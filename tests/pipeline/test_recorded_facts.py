"""What a checkpoint says of itself: an accuracy, a class order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ferbench.cards import Claim
from ferbench.errors import UsageError
from ferbench.pipeline.checkpoints import read_checkpoint
from ferbench.pipeline.recorded_facts import claim_in_name, recorded_claim, recorded_classes
from tests.pipeline.checkpoint_files import train_officially

TENSORS = {"a": torch.ones(1)}


def saved(folder, content):
    torch.save(content, folder / "saved.pth")
    return read_checkpoint(folder / "saved.pth")


def accuracy(checkpoint):
    """The recorded accuracy in percent, or None."""
    claim = recorded_claim(checkpoint)
    return claim and claim.accuracy_percent


def with_metadata(folder, **metadata):
    save_file(TENSORS, folder / "a.safetensors", metadata=metadata)
    return read_checkpoint(folder / "a.safetensors")


def test_official_file(tmp_path):
    """The best accuracy of the official training is read in percent, and is None where nothing was recorded."""
    official = train_officially(tmp_path)
    claim = recorded_claim(read_checkpoint(official / "model.pth"))

    assert claim.accuracy_percent == pytest.approx(92.211)
    assert claim.source == "`best_acc` in the checkpoint file"
    assert recorded_claim(read_checkpoint(official / "model_best.pth")) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(67.5), 67.5),
        (88, 88.0),
        (0, 0.0),
        (100, 100.0),
        (float("nan"), None),
        (float("inf"), None),
        (-1, None),
        (101, None),
        (True, None),
        ("92", None),
        (torch.ones(3), None),
        ({"top1": 92}, None),
    ],
)
def test_an_accuracy_is_a_number_from_0_to_100(tmp_path, value, expected):
    """Whatever number a training recorded is understood; anything else is no accuracy."""
    assert accuracy(saved(tmp_path, {"best_acc": value})) == expected


@pytest.mark.parametrize(("value", "percent"), [(0.95, 95.0), (0.9221, 92.21), (1.0, 100.0), (torch.tensor(0.5), 50.0)])
def test_fractions_are_said_to_be_read_as_such(tmp_path, value, percent):
    """Of a number up to 1 the source says how it was read."""
    claim = recorded_claim(saved(tmp_path, {"network": TENSORS, "accuracy": value}))

    assert claim == Claim(accuracy_percent=percent, source="`accuracy` in the checkpoint file, read as a fraction")


def test_the_best_accuracy_goes_before_the_last(tmp_path):
    """Of several recorded accuracies the one that is called the best counts; one that is none is passed over."""
    assert accuracy(saved(tmp_path, {"acc": 60.0, "best_acc": 70.0})) == 70.0
    assert accuracy(saved(tmp_path, {"val_acc": 60.0, "best_acc": "?"})) == 60.0


def test_metadata_of_safetensors(tmp_path):
    """Texts beside the tensors may hold a number; a text that is none claims nothing."""
    claim = recorded_claim(with_metadata(tmp_path, accuracy="0.875"))

    assert claim.accuracy_percent == 87.5
    assert claim.source == "`accuracy` in the file's metadata, read as a fraction"
    assert recorded_claim(with_metadata(tmp_path, accuracy="very good")) is None


@pytest.mark.parametrize(
    ("name", "percent"),
    [
        ("epoch35_acc0.9205.pth", 92.05),
        ("epoch7_acc91.3.pth.tar", 91.3),
        ("epoch35.pth", None),
        ("best_acc0.9.pth", None),
        ("epoch1_acc500.pth", None),
    ],
)
def test_file_names_that_state_an_accuracy(name, percent):
    """`epoch{N}_acc{A}` in the name is a claim whose source is the name."""
    claim = claim_in_name(Path("somewhere") / name)

    assert (claim and claim.accuracy_percent) == percent
    assert claim is None or claim.source.startswith(f"the file name {name}")


@pytest.mark.parametrize("stated", [["Happy", "sad", "2_neutral"], ("happiness", "sadness", "neutral"), "happy,sad,ne"])
def test_classes_in_any_spelling(tmp_path, stated):
    """A list, a tuple or a text with commas, in any usual spelling."""
    assert recorded_classes(saved(tmp_path, {"a": TENSORS, "classes": stated})) == ("happiness", "sadness", "neutral")


@pytest.mark.parametrize("stated", ['["happy", "sad"]', "happy, sad"])
def test_classes_in_metadata(tmp_path, stated):
    """In safetensors a list in JSON, or a text with commas."""
    assert recorded_classes(with_metadata(tmp_path, classes=stated)) == ("happiness", "sadness")


@pytest.mark.parametrize("stated", [["cat", "dog"], 7, [], None, {"happy": 0}, "[[[[", torch.ones(2)])
def test_what_is_no_class_order(tmp_path, stated):
    """Names that are no expressions, and other things, state no order."""
    assert recorded_classes(saved(tmp_path, {"a": TENSORS, "classes": stated})) is None


def test_no_classes(tmp_path):
    """A file that says nothing, and no file."""
    assert recorded_classes(saved(tmp_path, TENSORS)) is None
    assert recorded_classes(None) is None


def test_a_class_that_stands_twice(tmp_path):
    """An order that cannot be is an error, not ignored."""
    with pytest.raises(UsageError, match="happiness stands there more than once"):
        recorded_classes(saved(tmp_path, {"classes": ["happy", "joy"]}))

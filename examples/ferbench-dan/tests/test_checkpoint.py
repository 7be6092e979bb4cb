"""A file in the format of the released ones goes through ferbench, from pictures on disk to the official logits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from ferbench import RunSpec, evaluate
from ferbench.errors import WeightsMismatch
from PIL import Image

from recipe import golden, pictures

#: One class folder for each picture; what they are called does not change a logit.
FOLDERS = ("surprise", "fear", "disgust", "happiness")
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The four pictures as PNG files."""
    root = tmp_path_factory.mktemp("data")
    for folder, image in zip(FOLDERS, pictures(), strict=True):
        (root / folder).mkdir()
        Image.fromarray(image).save(root / folder / "image.png")
    return root


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A file for the eight classes of AffectNet, written by another process."""
    path = tmp_path_factory.mktemp("checkpoint") / "dan_8.pth"
    subprocess.run([sys.executable, str(HERE / "write_checkpoint.py"), str(path), "8"], check=True)
    return path


@pytest.fixture
def changed(checkpoint, tmp_path):
    """A copy with other tensors, what `change` makes of them; it is called as the released file of 8 classes is."""
    path = tmp_path / "affecnet8_epoch5_acc0.6209.pth"

    def copy(change):
        document = torch.load(checkpoint, map_location="cpu", weights_only=True)
        change(document["model_state_dict"])
        torch.save(document, path)
        return path

    return copy


def run(data, weights):
    """The result of `ferbench run`, without timing."""
    spec = RunSpec(
        model="dan",
        dataset="folder",
        data_root=str(data),
        weights=str(weights),
        class_order="affectnet8",
        device="cpu",
        threads=1,
        timing=False,
        metrics=("accuracy",),
    )
    return evaluate(spec)


def test_a_released_file_gives_the_official_logits(data, checkpoint):
    """Within 1e-5 of the largest logit, picture by picture, with the preprocessing of the card."""
    expected = np.array(golden(8)["results"]["float32"]["logits"])
    predictions = run(data, checkpoint).predictions
    found = predictions.emotion[[predictions.labels.index(label) for label in FOLDERS]]

    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


def test_a_file_with_a_tensor_too_few_is_refused(data, changed):
    """Loading is strict, and the message names the tensor that is missing."""
    short = changed(lambda state: state.pop("cat_head3.ca.attention.0.weight"))

    with pytest.raises(WeightsMismatch, match=r"cat_head3\.ca\.attention\.0\.weight"):
        run(data, short)

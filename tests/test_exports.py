"""The three reference models as ONNX and TorchScript files: equal to the networks on 256 images, answers and all.

Weights by recipe predict one class alone, and a flip could not be seen. So the last layer is fitted to images of the
synthetic training split: that gives answers of all classes, right or wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from ferbench.canonical import sha256_text
from ferbench.cli.app import status_of
from ferbench.config import Settings
from ferbench.pipeline.answering import AnswersOf
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.predict import predict
from ferbench.pipeline.preprocess import apply
from ferbench.pipeline.resolve import resolve
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.golden.recipe import fill_state_dict

if TYPE_CHECKING:
    from pathlib import Path

MODELS = ["poster_v2", "poster", "apvit"]
IMAGES = 256
FITTED_TO = 96
#: Ridge penalty in units of the mean square of the features.
PENALTY = 0.1
TOLERANCE = 1e-4

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Trained:
    """A reference model with a fitted last layer, and what it says about the images."""

    name: str
    checkpoint: Path
    outputs: np.ndarray


@pytest.fixture(scope="module", params=MODELS)
def trained(request, tmp_path_factory) -> Trained:
    """One of the models: recipe weights, a fitted last layer, evaluated as a checkpoint."""
    name, path = request.param, tmp_path_factory.mktemp(request.param) / "fitted.pth"
    entry = build_catalog().models.get(name).entry
    network = entry.build(8).eval()
    fill_state_dict(network.state_dict())
    fit_last_layer(network, *training_images(entry.card.preprocess))
    torch.save({"state_dict": network.state_dict()}, path)
    return Trained(name, path, outputs_of(name, weights=str(path), class_order="affectnet8"))


def training_images(preprocess) -> tuple[torch.Tensor, np.ndarray]:
    """Some of the synthetic training split, prepared for a model, with the indices of their classes."""
    split = build_catalog().datasets.get("synthetic").entry.open(None, "train")
    rows = sorted(split.rows, key=lambda row: sha256_text(row.id))[:FITTED_TO]
    images = np.stack([apply(preprocess, split.read(row)) for row in rows])
    return torch.from_numpy(images), np.array([split.classes.index(row.label) for row in rows])


def fit_last_layer(network: torch.nn.Module, images: torch.Tensor, labels: np.ndarray) -> None:
    """Ridge regression of the classes on what goes into the last linear layer."""
    (last,) = [part for part in network.modules() if isinstance(part, torch.nn.Linear) and part.out_features == 8]
    seen: list[np.ndarray] = []
    hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].double().numpy()))
    with torch.inference_mode():
        for batch in images.split(32):
            network(batch)
    hook.remove()
    features, targets = np.concatenate(seen), np.eye(8)[labels]
    centre, base = features.mean(axis=0), targets.mean(axis=0)
    spread = features - centre
    penalty = PENALTY * np.square(spread).sum() / spread.shape[1] * np.eye(spread.shape[1])
    weight = np.linalg.solve(spread.T @ spread + penalty, spread.T @ (targets - base))
    with torch.no_grad():
        last.weight.copy_(torch.from_numpy(weight.T))
        last.bias.copy_(torch.from_numpy(base - centre @ weight))


def outputs_of(model: str, **options: str) -> np.ndarray:
    """(256, 8) of a run on images of the synthetic test split, without the guards and the costs of a whole run."""
    spec = RunSpec(model=model, dataset="synthetic", limit=IMAGES, device="cpu", **options)
    plan = resolve(spec, build_catalog(), Settings.load())
    with plain_float32(None):
        return predict(plan, AnswersOf(load(plan).model, 32), lambda done, total: None).predictions.emotion


@pytest.mark.parametrize("form", ["onnx", "torchscript"])
def test_the_file_says_what_the_network_says(trained, tmp_path, form):
    """Every output within 1e-4, every answer the same, and at least six different ones."""
    file = tmp_path / f"{trained.name}.{form}"
    export = ("export-model", trained.name, "--format", form, "--weights", str(trained.checkpoint), "--images", "3")
    assert status_of([*export, "--class-order", "affectnet8", "--output", str(file)]) == 0
    found = outputs_of(f"{form}:{file}")
    answers = trained.outputs.argmax(axis=1)

    assert found.shape == trained.outputs.shape == (IMAGES, 8)
    assert np.abs(found.astype(np.float64) - trained.outputs).max() <= TOLERANCE
    assert int((found.argmax(axis=1) != answers).sum()) == 0
    assert len(np.unique(answers)) >= 6

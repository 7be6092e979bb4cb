"""The probes: a wrong class order and a model that looks at its neighbours cannot hide."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ferbench.config import Settings
from ferbench.emotions import NAMED_ORDERS
from ferbench.pipeline.probes import probe_class_order
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.results import Predictions
from ferbench.spec import RunSpec
from tests.drawing import folder_tree

RAFDB, ALPHABETICAL = NAMED_ORDERS["rafdb"], NAMED_ORDERS["alphabetical7"]


def predictions(declared, meant, per_class=20, noise=0.2):
    """Outputs of a model whose class order is `meant` and is said to be `declared`; some answers are noise."""
    rng = np.random.default_rng(0)
    labels = [name for name in RAFDB for _ in range(per_class)]
    said = [name if rng.random() > noise else meant[rng.integers(7)] for name in labels]
    emotion = np.array([[3.0 * (cls == name) for cls in meant] for name in said], np.float32)
    ids = tuple(f"i{i}" for i in range(len(labels)))
    return Predictions(ids=ids, labels=tuple(labels), classes=declared, kind="logits", outputs={"emotion": emotion})


def test_a_right_order_passes():
    """A good model in its own order: nothing to object."""
    verdict = probe_class_order(predictions(RAFDB, RAFDB), RAFDB)

    assert not verdict.not_ranked_because
    assert "holds" in verdict.finding


def test_a_wrong_order_is_named():
    """A model that counts alphabetically and is said to count as RAF-DB does: the true order is found and named."""
    verdict = probe_class_order(predictions(RAFDB, ALPHABETICAL), RAFDB)

    assert "alphabetical7" in verdict.not_ranked_because
    assert ", ".join(ALPHABETICAL) in verdict.finding


def test_two_swapped_classes_are_found():
    """Fear and disgust exchanged, 2 of 7 classes: contradicted, too."""
    swapped = tuple({"fear": "disgust", "disgust": "fear"}.get(name, name) for name in RAFDB)

    assert "contradicted" in probe_class_order(predictions(RAFDB, swapped), RAFDB).not_ranked_because


def test_a_bad_model_is_not_called_misordered():
    """Answers at random fit no order; that is no reason to object."""
    assert not probe_class_order(predictions(RAFDB, RAFDB, noise=1.0), RAFDB).not_ranked_because


def test_a_model_that_says_one_class_is_not_called_misordered():
    """Always anger, on a set where happiness is the most frequent: useless, and in no other order better."""
    labels = tuple(name for name in RAFDB for _ in range(100 if name == "happiness" else 20))
    emotion = np.array([[float(cls == "anger") for cls in RAFDB] for _ in labels], np.float32)
    ids = tuple(f"i{i}" for i in range(len(labels)))
    found = Predictions(ids=ids, labels=labels, classes=RAFDB, kind="logits", outputs={"emotion": emotion})

    assert not probe_class_order(found, RAFDB).not_ranked_because


def test_few_images_are_inconclusive():
    """Under ten images of a class the probe says so and objects to nothing."""
    verdict = probe_class_order(predictions(RAFDB, ALPHABETICAL, per_class=5), RAFDB)

    assert "inconclusive" in verdict.finding
    assert not verdict.not_ranked_because


PLUGIN = """
import torch
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

class Net(torch.nn.Module):
    def __init__(self, classes, habit):
        super().__init__()
        self.linear, self.habit = torch.nn.Linear(192, classes), habit

    def forward(self, x):
        x = x.flatten(1)
        answers = self.linear(x - x.mean(0) if self.habit == "crowd" else x)
        return answers * float("nan") if self.habit == "shy" and len(x) == 1 else answers

@hookimpl
def ferbench_models():
    card = dict(summary="", paper=None, code=None, code_licence=None, classes=None, self_contained=True,
                preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"))
    return [ModelEntry(card=ModelCard(name=name, **card), build=lambda n, name=name: Net(n, name))
            for name in ("alone", "crowd", "shy")]
"""


@pytest.mark.parametrize(
    ("model", "batch_size", "objects"),
    [("alone", 4, False), ("alone", 1, False), ("crowd", 4, True), ("crowd", 1, True), ("shy", 4, True)],
)
def test_a_model_that_looks_at_its_neighbours_is_not_ranked(tmp_path, model, batch_size, objects):
    """A network that subtracts the mean of its batch is found out, also where it was run one by one.

    So is one that answers the first image of a small batch alone; the one that looks at nobody passes.
    """
    (tmp_path / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    root = folder_tree(tmp_path / "pictures", {"happy": 6, "sad": 6})
    spec = RunSpec(model=model, dataset="folder", data_root=str(root), timing=False, batch_size=batch_size)
    record = evaluate(spec, build_catalog([tmp_path / "plugin.py"]), Settings()).record

    assert any("other images of a batch" in reason for reason in record["not_ranked_because"]) == objects
    assert "largest change" in record["probes"]["neighbours"]
    assert torch.is_grad_enabled()

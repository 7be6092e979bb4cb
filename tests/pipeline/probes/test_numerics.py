"""The numerics probe: a model that looks at its neighbours cannot hide."""

from __future__ import annotations

import pytest
import torch

from ferbench.config import Settings
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.drawing import folder_tree

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
        if self.habit == "crowd" or (self.habit == "polite" and len(x) > 1):
            x = x - x.mean(0)
        if self.habit == "first":
            x = x - x[:1] * (len(x) > 1)
        answers = self.linear(x)
        return answers * float("nan") if self.habit == "shy" and len(x) == 1 else answers

@hookimpl
def ferbench_models():
    card = dict(summary="", paper=None, code=None, code_licence=None, classes=None, self_contained=True,
                preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"))
    return [ModelEntry(card=ModelCard(name=name, **card), build=lambda n, name=name: Net(n, name))
            for name in ("alone", "crowd", "polite", "first", "shy")]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the plugin and twelve pictures."""
    folder = tmp_path_factory.mktemp("numerics")
    (folder / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    folder_tree(folder / "pictures", {"happy": 6, "sad": 6})
    return folder


def record_of(place, model, batch_size):
    """The record of a run on the twelve pictures."""
    spec = RunSpec(
        model=model, dataset="folder", data_root=str(place / "pictures"), timing=False, batch_size=batch_size
    )
    return evaluate(spec, build_catalog([place / "plugin.py"]), Settings()).record


@pytest.mark.parametrize(
    ("model", "batch_size", "objects"),
    [
        ("alone", 4, False),
        ("alone", 1, False),
        ("alone", 64, False),
        ("crowd", 4, True),
        ("crowd", 1, True),
        ("polite", 1, True),
        ("first", 4, True),
        ("first", 64, True),
        ("shy", 4, True),
    ],
)
def test_a_model_that_looks_at_its_neighbours_is_not_ranked(place, model, batch_size, objects):
    """A network that subtracts the mean of its batch is found out, also where it was run one by one.

    So is one that does so only in company, one that compares with the first image, and one that has no answer for an
    image alone. The one that looks at nobody passes.
    """
    record = record_of(place, model, batch_size)

    assert any("other images of a batch" in reason for reason in record["not_ranked_because"]) == objects
    assert record["guards"]["numerics"]["outcome"] == ("contradicted" if objects else "ok")
    assert "largest change" in record["guards"]["numerics"]["finding"]
    assert torch.is_grad_enabled()


def test_a_run_of_single_images_is_compared_with_company(place):
    """At batch size 1 the images are given together, too."""
    assert "in batches of 32" in record_of(place, "alone", 1)["guards"]["numerics"]["finding"]
    assert "in batches of 4" in record_of(place, "alone", 4)["guards"]["numerics"]["finding"]

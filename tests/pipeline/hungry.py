"""A network that needs memory in proportion to its batch, as a plugin, and runs of it."""

from __future__ import annotations

from ferbench.config import Settings
from ferbench.pipeline.resolve import resolve
from ferbench.spec import RunSpec

#: Bytes that the network takes for every picture of a batch.
HUNGRY = 64 * 2**20

PLUGIN = f"""
import torch
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

class Net(torch.nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.linear = torch.nn.Linear(192, classes)

    def forward(self, x):
        room = torch.empty(len(x), {HUNGRY} // 4, device=x.device)
        room[:, 0] = 1
        return self.linear(x.flatten(1)) * room[:, :1]

@hookimpl
def ferbench_models():
    card = ModelCard(name="hungry", summary="", paper=None, code=None, code_licence=None, classes=None,
                     self_contained=True,
                     preprocess=Preprocess(size=(8, 8), mean=(0.1, 0.2, 0.3), std=(1, 2, 3), expects="any"))
    return [ModelEntry(card=card, build=Net)]
"""


def spec_of(**changed) -> RunSpec:
    """A run of the network on 96 synthetic pictures."""
    return RunSpec(
        **{"model": "hungry", "dataset": "synthetic", "limit": 96, "timing": False, "device": "cpu"} | changed
    )


def plan_of(catalog, **changed):
    """Its plan."""
    return resolve(spec_of(**changed), catalog, Settings())

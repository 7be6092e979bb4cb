"""Faults of models: of how they are built, loaded and described."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np

from ferbench.cards import ReportedCost, WeightsRules
from ferbench.interfaces import ModelEntry
from tests.testing import sound
from tests.testing.planting import Fault, model, network


def double(base):
    """A layer in float64, which nothing uses."""

    class Double(base):
        def __init__(self, num_classes):
            import torch

            super().__init__(num_classes)
            self.idle = torch.nn.Linear(2, 2).double()

    return Double


def seven_at_most(num_classes):
    """A last layer that has seven outputs for eight classes."""
    return sound.build(min(num_classes, 7))


def forgetful(base):
    """load_state_dict() takes everything and loads nothing."""

    class Forgetful(base):
        def load_state_dict(self, state_dict, strict=True, assign=False):
            del state_dict, strict, assign
            return super().load_state_dict({}, strict=False)

    return Forgetful


class Unpickled:
    """A model without a network, which unpickles what it is given."""

    module = None

    def __init__(self, path, classes):
        self.classes = len(classes)
        self.content = pickle.loads(path.read_bytes())

    def predict(self, batch):
        """One row of zeros a picture."""
        return {"emotion": np.zeros((len(batch), self.classes), np.float32)}


def open_pickle(path, classes, preprocess):
    """Open a file that is a pickle, or a checkpoint of torch."""
    import torch

    del preprocess
    torch.load(path, weights_only=False)
    return Unpickled(Path(path), classes)


def wordless(path, classes, preprocess):
    """A model that never looks into its file."""
    del path, preprocess
    found = object.__new__(Unpickled)
    found.classes = len(classes)
    return found


def own_file(finding, opening):
    """A model that reads a file of its own."""
    card = replace(sound.MODEL, name="refuses-code")
    return Fault("refuses-code", finding, ModelEntry(card=card, open=opening))


def unseen_product(base):
    """A matrix product that the counter has no handler for."""

    class Chained(base):
        def forward(self, images):
            import torch

            features = self.encode(images).flatten(1)
            return torch.linalg.multi_dot([features, self.head.weight.T, torch.eye(self.head.out_features)])

    return Chained


def through_numpy(base):
    """What leaves torch cannot be counted."""

    class Left(base):
        def forward(self, images):
            import torch

            return super().forward(torch.from_numpy(images.float().numpy()).to(images.dtype))

    return Left


COST = ReportedCost(params_millions=0.001143, giga_operations=0.00001472, unit="MACs", source="a test")

FAULTS = (
    network("builds", "the tensor idle.weight is of the type float64", double),
    model("class-counts", "gave outputs of the shapes", seven_at_most),
    network("loads-weights", "tensors are not what the file holds", forgetful),
    model("strict-loading", "with the strange tensor", rules=WeightsRules(ignore=(r"(?!features|head).*",))),
    own_file("made its folder", open_pickle),
    own_file("opened without a word", wordless),
    network("counted", "does not see what aten::linalg_multi_dot", unseen_product, also={"half-precision"}),
    network("counted", "cannot be counted", through_numpy, also={"exports-torchscript"}),
    model("card-cost", "1143 M parameters", reported_cost=replace(COST, params_millions=1143)),
    model("card-cost", "0.001163 M parameters", reported_cost=replace(COST, params_millions=0.001163)),
    model("card-cost", "G FLOPs = 2 x MACs", reported_cost=replace(COST, unit="FLOPs = 2 x MACs")),
    model("card-cost", "1.52e-05 G MACs", reported_cost=replace(COST, giga_operations=0.0000152)),
    model("class-order", "'joyful' is no class", classes=("neutral", "joyful", "anger")),
    model("class-order", "stands in the order twice", classes=("neutral", "anger", "anger")),
    model("class-order", "nothing says what the outputs of", weights=(replace(sound.WEIGHTS, classes=None),)),
)

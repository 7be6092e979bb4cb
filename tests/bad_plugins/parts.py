"""What the plugins of this folder are made of: entries without a fault, each of whose parts can be replaced."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from ferbench.cards import DatasetCard, MetricCard, ModelCard, Preprocess
from ferbench.interfaces import DatasetEntry, MetricEntry, ModelEntry, Row

CLASSES = ("neutral", "fear", "happiness")
MODEL_CARD = ModelCard(
    name="bad",
    summary="Mean colours, as they are",
    paper=None,
    code=None,
    code_licence=None,
    preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
    classes=None,
    self_contained=True,
)
DATASET_CARD = DatasetCard(
    name="bad",
    title="Plain colours",
    classes=CLASSES,
    splits=("all",),
    default_split="all",
    content="any",
    counts=None,
    licence="none",
    obtain="It is drawn.",
    layout="none",
    citation=None,
    private=True,
    needs_root=False,
)
METRIC_CARD = MetricCard(name="bad", title="Share of right answers", direction="higher", range=(0.0, 1.0))


def model(forward: Any = None, build: Any = None, mixins: tuple[type, ...] = (), **facts: Any) -> ModelEntry:
    """A network without weights that answers with mean colours (B, 3); `forward` is given them and the images."""

    def own_build(num_classes: int) -> Any:
        import torch

        class Network(*mixins, torch.nn.Module):
            def forward(self, images: Any) -> Any:
                means = images.mean((2, 3))
                return means if forward is None else forward(means, images)

        return Network()

    return ModelEntry(card=dataclasses.replace(MODEL_CARD, **facts), build=build or own_build)


class Pictures:
    """24 plain pictures, eight of each class, no two alike."""

    classes = CLASSES
    rows = tuple(Row(id=f"i{n:02}", label=CLASSES[n % 3], source=n) for n in range(24))

    def read(self, row: Any) -> Any:
        """The picture of a row."""
        colours = np.full((8, 8, 3), 5 * row.source, np.uint8)
        colours[:, :, row.source % 3 if row.source % 5 else 0] += 60
        return colours


def dataset(pictures: Any = Pictures, **facts: Any) -> DatasetEntry:
    """A data set; `pictures()` opens it."""
    return DatasetEntry(card=dataclasses.replace(DATASET_CARD, **facts), open=lambda root, split: pictures())


def metric(compute: Any, **facts: Any) -> MetricEntry:
    """A metric."""
    return MetricEntry(card=dataclasses.replace(METRIC_CARD, **facts), compute=compute)

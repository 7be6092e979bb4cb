"""Scores over parts of the images of a run, from its predictions alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ferbench.pipeline.score import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import MetricEntry
    from ferbench.results import Predictions, Score

#: Positions of images in manifest order, by the name of the slice that they are.
Slices = dict[str, tuple[int, ...]]


def slice_scores(
    predictions: Predictions,
    data_classes: ClassOrder,
    metrics: Sequence[MetricEntry],
    slices: Mapping[str, Sequence[int]],
) -> tuple[Score, ...]:
    """Scores of all metrics in all label modes over each slice, by whose name they are called."""
    return tuple(
        replace(item, slice=name)
        for name, positions in slices.items()
        for item in score(part(predictions, positions), data_classes, metrics)[0]
    )


def part(predictions: Predictions, positions: Sequence[int]) -> Predictions:
    """The predictions of some images."""
    ids = tuple(predictions.ids[position] for position in positions)
    known = set(ids)
    return replace(
        predictions,
        ids=ids,
        labels=tuple(predictions.labels[position] for position in positions),
        outputs={name: array[list(positions)] for name, array in predictions.outputs.items()},
        failures={name: reason for name, reason in predictions.failures.items() if name in known},
        attributes=tuple(predictions.attributes[position] for position in positions),
    )

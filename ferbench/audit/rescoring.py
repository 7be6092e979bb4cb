"""Metrics over stored predictions: all of them, or those of parts of the images. Needs neither torch nor pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import UnknownName
from ferbench.pipeline.score import score
from ferbench.pipeline.slices import slice_scores
from ferbench.pipeline.spared_metrics import with_usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.catalog import Catalog
    from ferbench.interfaces import MetricEntry
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.pipeline.slices import Slices
    from ferbench.pipeline.spared_metrics import Broken
    from ferbench.results import Predictions, Score


def rescore(
    leaderboard: Leaderboard, run: str, catalog: Catalog, *, metrics: Sequence[str] = (), by: str | None = None
) -> tuple[tuple[Score, ...], Broken]:
    """Metrics over the stored predictions of a run, for all images or for each value of an attribute.

    Beside them those that broke, where none was asked for by name.

    Raises:
        UnknownName: no such run, metric or attribute.
        PluginError: a metric that was asked for broke.
    """
    chosen = [catalog.metrics.get(name) for name in metrics] or list(catalog.metrics)
    predictions = leaderboard.predictions(run)
    classes = tuple(leaderboard.record_of(run)["dataset_classes"])
    slices = slices_by(predictions, by) if by else None

    def scores(entries: list[MetricEntry]) -> tuple[Score, ...]:
        if slices is None:
            return score(predictions, classes, entries)[0]
        return slice_scores(predictions, classes, entries, slices)

    return with_usable(chosen, scores, asked=bool(metrics))


def slices_by(predictions: Predictions, attribute: str) -> Slices:
    """The images of each value of an attribute."""
    values = [attributes.get(attribute) for attributes in predictions.attributes]
    present = sorted({value for value in values if value is not None})
    if not present:
        known = sorted({name for attributes in predictions.attributes for name in attributes})
        raise UnknownName(
            f"Scores by {attribute!r} were asked for.",
            f"No image of this run has that attribute; there are: {', '.join(known) or 'none'}.",
            "Pass one of them as --by.",
        )
    return {
        f"{attribute}={value}": tuple(position for position, found in enumerate(values) if found == value)
        for value in present
    }

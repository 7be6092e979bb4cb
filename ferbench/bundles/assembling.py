"""A run put together again: the record and the outputs of a bundle, on images whose labels are known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.canonical import finite
from ferbench.interfaces import Row
from ferbench.pipeline.images import pixels_sha256
from ferbench.pipeline.scope import items_sha256
from ferbench.results import Cost, Matrix, Predictions, RunResult, TestSet, core_sha256, seal_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.results import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """The images of a run, one item each; `names` are those that the bundle gives them."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    attributes: tuple[Mapping[str, str], ...]
    digests: tuple[str, ...] = ()

    def taken(self, rows: Sequence[int]) -> Images:
        """The images in another order."""
        return Images(
            names=tuple(self.names[row] for row in rows),
            ids=tuple(self.ids[row] for row in rows),
            labels=tuple(self.labels[row] for row in rows),
            attributes=tuple(self.attributes[row] for row in rows),
        )


def assembled(
    record: Mapping[str, Any], scores: tuple[Score, ...], outputs: Mapping[str, NDArray[np.float32]], images: Images
) -> RunResult:
    """The run on images; hashes are computed anew, so that the record fits what it is put together with, and sealed."""
    id_of = dict(zip(images.names, images.ids, strict=True))
    predictions = Predictions(
        ids=images.ids,
        labels=images.labels,
        classes=tuple(record["classes"]),
        kind=record["output_kind"],
        outputs=outputs,
        failures={id_of[name]: reason for name, reason in record["failures"].items()},
        attributes=images.attributes,
    )
    filled = refilled(record, scores, predictions, images)
    return RunResult(
        record={**filled, "seal": seal_of(filled)},
        predictions=predictions,
        test_set=test_set_of(filled, images),
        scores=scores,
        matrices=tuple(matrix_of(item) for item in record["matrices"]),
        cost=Cost(**record["cost"]),
    )


def refilled(
    record: Mapping[str, Any], scores: tuple[Score, ...], predictions: Predictions, images: Images
) -> dict[str, Any]:
    """The record with the ids and the hashes of what it is put together with."""
    digest, id_of = predictions.sha256(), dict(zip(images.names, images.ids, strict=True))
    filled = {
        **record,
        "failures": dict(predictions.failures),
        "predictions_sha256": digest,
        "pixels_sha256": pixels_sha256(rows_of(images.ids, images.labels), images.digests),
        "core_sha256": core_sha256(record["run_key"], digest, scores),
    }
    leaks = record.get("leaks")
    if leaks:
        ids = {kind: [id_of[name] for name in found] for kind, found in leaks["ids"].items()}
        filled["leaks"] = {**leaks, "ids": ids}
    return dict(finite(filled))


def test_set_of(record: Mapping[str, Any], images: Images) -> TestSet:
    """The images as a test set; the items hash is that of the record, which may be about a larger whole."""
    return TestSet(
        **{name: record[name] for name in ("dataset", "split", "items_sha256", "pixels_sha256")},
        ids=images.ids,
        labels=images.labels,
        digests=images.digests,
        attributes=images.attributes,
    )


def rows_of(ids: Sequence[str], labels: Sequence[str]) -> list[Row]:
    """Ids and labels as rows, which hashes are computed over."""
    return [Row(id=name, label=label, source=None) for name, label in zip(ids, labels, strict=True)]


def items_of(test_set: TestSet) -> str:
    """Items hash of the ids and labels of a test set, computed from these."""
    return items_sha256(rows_of(test_set.ids, test_set.labels))


def matrix_of(values: Mapping[str, Any]) -> Matrix:
    """A confusion matrix out of JSON; a value that does not exist is NaN again."""
    return Matrix(
        metric=values["metric"],
        label_mode=values["label_mode"],
        rows=tuple(values["rows"]),
        columns=tuple(values["columns"]),
        values=tuple(tuple(math.nan if item is None else item for item in row) for row in values["values"]),
    )

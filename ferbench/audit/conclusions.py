"""What a record concludes from its other parts: a stranger may have written anything there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ferbench.audit.checks import Check
from ferbench.bundles.assembling import rows_of
from ferbench.canonical import canonical_json
from ferbench.pipeline.data_identity import DataVerdict, label_verdict, pixel_verdict
from ferbench.pipeline.leaks import recorded_slices
from ferbench.pipeline.score import foreign_answers
from ferbench.pipeline.views import VIEWS
from ferbench.results import interval_record, slice_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ferbench.cards import DatasetCard, Variant
    from ferbench.catalog import Catalog
    from ferbench.results import RunResult, TestSet


def conclusions_check(record: Mapping[str, Any], result: RunResult, catalog: Catalog, *, whole: bool) -> Check:
    """Whether what a record repeats and concludes follows from the run that it belongs to.

    `whole` says whether all images of the split were evaluated: the labels of a part say nothing about those of the
    split.
    """
    card = card_of(record, catalog)
    wrong = [
        *(name for name, value in repeated(record, result).items() if name in record and not same(record[name], value)),
        *(unfounded(record, result.test_set, card, whole=whole) if card else ()),
        *(["weights"] if misstated(record, catalog) else []),
    ]
    if wrong:
        return Check(name="record", passed=False, finding=f"does not follow from the run: {', '.join(wrong)}")
    if card is None:
        return Check(name="record", passed=None, finding=f"no plugin provides the data set {record['dataset']}")
    return Check(name="record", passed=True, finding="verdicts, intervals and counts follow from the run")


def card_of(record: Mapping[str, Any], catalog: Catalog) -> DatasetCard | None:
    """The card of the data set of a record, where a plugin provides it."""
    name = record["dataset"]
    return catalog.datasets.get(name).entry.card if name in catalog.datasets else None


def repeated(record: Mapping[str, Any], result: RunResult) -> dict[str, Any]:
    """The fields of a record that say in other words what its predictions, scores and cost say."""
    predictions = result.predictions
    slices = recorded_slices(result.record, predictions.ids)
    return {
        "status": "incomplete" if predictions.broken else "complete",
        "cost_key": record["cost"]["cost_key"],
        "intervals": interval_record(result.scores),
        "slices": slice_record(result.scores, {name: len(rows) for name, rows in slices.items()}),
        "without_face": predictions.without_face,
        "foreign_answers": foreign_answers(predictions, tuple(record["dataset_classes"])),
        "views": VIEWS[record["tta"]],
    }


def same(first: Any, second: Any) -> bool:
    """Whether two values are one in JSON."""
    return canonical_json([first]) == canonical_json([second])


def unfounded(record: Mapping[str, Any], images: TestSet, card: DatasetCard, *, whole: bool) -> Iterator[str]:
    """The fields of a record that say more of its images than can be seen here.

    That nothing was known is no lie: a card may have learnt a name since.
    """
    pixels = record["pixels_sha256"]
    if record["private"] != card.private:
        yield "private"
    if record["input"] not in {card.known_inputs.get(pixels), f"unknown-{pixels[:4]}"}:
        yield "input"
    if not is_founded(record.get("pixels"), pixel_verdict(card, pixels)):
        yield "pixels"
    if whole and not is_founded(record.get("labels"), labels_seen(record, images, card)):
        yield "labels"


def misstated(record: Mapping[str, Any], catalog: Catalog) -> bool:
    """Whether a record says of released weights what their card does not; that it says nothing is no lie."""
    weights, model = record["weights"], record["model"]
    card = catalog.models.get(model).entry.card if model in catalog.models else None
    released = card.released_as(weights["sha256"]) if card else None
    if released is None:
        return False
    known = {"selection": released.selection, "extra_data": released.extra_data, "licence": released.licence}
    return not all(weights.get(name) in (None, "unknown") or same(weights[name], known[name]) for name in known)


def is_founded(stated: Mapping[str, str] | None, seen: DataVerdict) -> bool:
    """Whether a verdict in a record is the one that is seen here, or claims nothing; and is worded as verdicts are."""
    if stated is None:
        return True
    name, is_unknown = stated["name"], stated["kind"] == "unknown"
    worded = DataVerdict(kind="unknown" if is_unknown else seen.kind, name=name, finding="").text
    return stated["text"] == worded and (is_unknown or (stated["kind"], name) == (seen.kind, seen.name))


def labels_seen(record: Mapping[str, Any], images: TestSet, card: DatasetCard) -> DataVerdict:
    """The verdict on the labels of a split, which were all evaluated but those of the classes that were left out."""
    split, left_out = record["split"], record.get("left_out") or {}
    counts = {name: rest(official, left_out) for name, official in (card.counts or {}).items()}
    variants = tuple(narrowed(variant, left_out) for variant in card.variants)
    card = replace(card, counts=counts, variants=variants)
    return label_verdict(card, split, rows_of(images.ids, images.labels))


def narrowed(variant: Variant, left_out: Mapping[str, int]) -> Variant:
    """A variant without the images of some classes."""
    counts = None if variant.counts is None else rest(variant.counts, left_out)
    return replace(variant, counts=counts, total=variant.total - sum(left_out.values()))


def rest(counts: Mapping[str, int], left_out: Mapping[str, int]) -> dict[str, int]:
    """Counts by class without those that were left out, as far as as many were left out as there are."""
    return {name: count for name, count in counts.items() if left_out.get(name) != count}

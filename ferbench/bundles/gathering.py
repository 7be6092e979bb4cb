"""What a bundle is made of: a recorded run that holds, and what of it may leave the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.bundles.identifiers import pseudonyms, silent
from ferbench.bundles.private_texts import private_texts
from ferbench.errors import UsageError, VerificationFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.bundles.private_texts import PrivateTexts
    from ferbench.bundles.schema import Order
    from ferbench.cards import DatasetCard
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import Predictions, Score, TestSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything of a recorded run that a bundle is made of, and whether its labels may go with it."""

    record: Mapping[str, Any]
    predictions: Predictions
    test_set: TestSet
    scores: tuple[Score, ...]
    private: PrivateTexts
    labels: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How the images are listed: rows of the run in the order of the bundle, and their names there."""

    rows: tuple[int, ...]
    names: tuple[str, ...]
    ids_withheld: bool
    order: Order


def parts_of(leaderboard: Leaderboard, run: str, catalog: Catalog, *, include_labels: bool) -> Parts:
    """The parts of a run.

    Raises:
        UnknownName: no such run.
        VerificationFailed: it was withdrawn, or is not as it was recorded.
        UsageError: labels were to be included that may not be passed on.
    """
    run_id = leaderboard.run_id(run)
    record, predictions = leaderboard.record_of(run_id), leaderboard.predictions(run_id)
    require_held(leaderboard, run_id, record, predictions)
    card = catalog.datasets.get(record["dataset"]).entry.card if record["dataset"] in catalog.datasets else None
    public = f"{card} {record['model']} {record['dataset']} {record['split']} {' '.join(record['classes'])}"
    return Parts(
        record=record,
        predictions=predictions,
        test_set=leaderboard.test_set(run_id),
        scores=leaderboard.scores(run_id),
        private=private_texts(record, str(leaderboard.database), public),
        labels=labels_may_go(record, card, include_labels=include_labels),
    )


def require_held(leaderboard: Leaderboard, run_id: str, record: Mapping[str, Any], predictions: Predictions) -> None:
    """Refuse a run that was withdrawn or changed."""
    withdrawn = leaderboard.invalidation_of(run_id)
    same = leaderboard.seal_holds(run_id) and predictions.sha256() == record.get("predictions_sha256")
    if withdrawn is None and same:
        return
    found = f"It was withdrawn: {withdrawn.reason}" if withdrawn else "It was changed after it was recorded."
    todo = f"Look at it with: ferbench verify {run_id[:8]}"
    raise VerificationFailed(f"The run {run_id} was to be bundled.", found, todo)


def labels_may_go(record: Mapping[str, Any], card: DatasetCard | None, *, include_labels: bool) -> bool:
    """Whether the labels of a data set may leave the house: its card says so, or they are the user's own."""
    if card is not None and card.redistributable:
        return True
    if include_labels and not record["private"]:
        raise UsageError(
            f"The labels of {record['dataset']} were to be put into a bundle.",
            "Its card does not say that they may be passed on.",
            "Leave --include-labels out: whoever has the set can supply them.",
        )
    return include_labels


def listing_of(parts: Parts) -> Listing:
    """The images as the run had them; without labels sorted by name, so that their order says nothing.

    Their names are pseudonyms where ids say something: a class, or a file of the user's own.
    """
    test_set = parts.test_set
    if parts.labels:
        rows = tuple(range(len(test_set.ids)))
        return Listing(rows=rows, names=test_set.ids, ids_withheld=False, order="as evaluated")
    withheld = ids_say_something(parts)
    names = pseudonyms(test_set) if withheld else test_set.ids
    order = tuple(sorted(range(len(names)), key=lambda row: names[row]))
    known: Order = "by id" if withheld else "as evaluated"
    is_sorted = list(test_set.ids) == sorted(test_set.ids)
    shown = tuple(names[row] for row in order)
    return Listing(rows=order, names=shown, ids_withheld=withheld, order=known if is_sorted else "withheld")


def ids_say_something(parts: Parts) -> bool:
    """Whether ids are of the user's own making, hold the name of a folder, or tell the classes."""
    test_set = parts.test_set
    # What they have in common besides digits, the first one has.
    named = any(parts.private.names_in(name) for name in test_set.ids[:1])
    return bool(parts.record["private"]) or named or not silent(test_set.ids, test_set.labels)

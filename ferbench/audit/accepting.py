"""A bundle becomes a run of this leaderboard, once every check has passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ferbench.audit.bundled_run import examine
from ferbench.audit.conclusions import card_of, labels_seen
from ferbench.errors import LeaderboardError, MissingError, UnknownName, VerificationFailed
from ferbench.results import seal_of
from ferbench.spec import RANDOM_WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.audit.bundled_run import Examined
    from ferbench.audit.copies import Shelf
    from ferbench.bundles.contents import Bundle
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.results import RunResult


def accept(path: Path, shelf: Shelf) -> tuple[str, bool]:
    """Record the run of a bundle: its id, and whether it is new here.

    Raises:
        VerificationFailed: a check failed.
        MissingError: the labels of its images are not at hand.
        LeaderboardError: a run with its id is here already, and is not from this bundle.
        DataError: it is no bundle, or one of a newer version.
    """
    found = examine(path, shelf)
    require_passed(path, found)
    if found.bundle is None or found.result is None:
        raise MissingError(
            f"The bundle {path} was to be imported.",
            f"It carries no labels, and none are here: {found.source}",
            "Get the data set, and name its folder: --data-root DIR. Without labels no score can be computed again.",
        )
    if is_here(shelf.leaderboard, found.bundle):
        return found.bundle.run_id, False
    shelf.leaderboard.record(imported(found.bundle, found.result, shelf.catalog))
    return found.bundle.run_id, True


def require_passed(path: Path, found: Examined) -> None:
    """Refuse a bundle of which a check failed."""
    failed = [f"{check.name} ({check.finding})" for check in found.checks if check.passed is False]
    if failed:
        raise VerificationFailed(
            f"The bundle {path} was to be imported.",
            f"It does not hold: {'; '.join(failed)}.",
            "Ask whoever sent it; ferbench verify shows all checks.",
        )


def is_here(leaderboard: Leaderboard, bundle: Bundle) -> bool:
    """Whether this very bundle was imported before."""
    try:
        record = leaderboard.record_of(leaderboard.run_id(bundle.run_id))
    except UnknownName:
        return False
    earlier = record.get("imported_from") or {}
    if earlier.get("bundle_sha256") == bundle.sha256:
        return True
    whence = "from another bundle of it" if earlier else "as it was measured here"
    raise LeaderboardError(
        f"The run {bundle.run_id} was to be imported.",
        f"It is recorded already, {whence}.",
        "Nothing is left to do; runs are never changed.",
    )


def imported(bundle: Bundle, result: RunResult, catalog: Catalog) -> RunResult:
    """The run as it is recorded: with where it came from, ranked only where nothing here speaks against it."""
    reasons = result.record["not_ranked_because"] or reasons_against(result, catalog)
    record: dict[str, Any] = {
        **{key: value for key, value in result.record.items() if key != "seal"},
        "ranked": not reasons,
        "not_ranked_because": reasons,
        "imported_from": {
            "bundle_sha256": bundle.sha256,
            "run_id": bundle.about.origin.run_id,
            "seal": bundle.about.origin.seal,
            "core_sha256": bundle.record["core_sha256"],
            "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        },
    }
    return replace(result, record={**record, "seal": seal_of(record)})


def reasons_against(result: RunResult, catalog: Catalog) -> list[str]:
    """What a record of another lab should have said against a rank, as far as it can be seen here."""
    record, predictions, images = result.record, result.predictions, result.test_set
    n, reasons = len(predictions.ids), []
    if predictions.broken:
        reasons.append(f"{predictions.broken} of {n} images without an answer")
    if str(record["weights"]["sha256"]).startswith(RANDOM_WEIGHTS):
        reasons.append("random weights")
    card = card_of(record, catalog)
    if card is None or record["split"] not in (card.counts or {}):
        return reasons
    verdict = labels_seen(record, images, card)
    if verdict.kind == "unknown":
        reasons.append(f"not the official {record['split']} split of {record['dataset']}: {verdict.finding}")
    return reasons

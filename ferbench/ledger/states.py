"""What measured runs say about claims. Claims are set beside runs here; they never become runs, and never rank."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from ferbench.ledger.aliases import COUNTS
from ferbench.ledger.consistency import check, digits_of, fit
from ferbench.ledger.known_counts import counts_for
from ferbench.ledger.obstacles import obstacle, possible_counts, standing_obstacle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferbench.cards import WeightsCard
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.board import Board, BoardRow
    from ferbench.ledger.claims import ImportedMatrix, ReportedClaim
    from ferbench.ledger.consistency import Finding

StateKind = Literal[
    "same_count", "differs", "inside_interval", "outside_interval", "not_comparable", "imported", "not_attempted"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """A claim beside what was measured: `text` for a cell of a table, `why` as a sentence.

    `run_id` is the run that it was compared with, `measured` its value in the unit of the metric, `count` its right
    answers and `difference` how many more than claimed, where the number of images is the yardstick.
    """

    kind: StateKind
    text: str
    why: str = ""
    run_id: str | None = None
    measured: float | None = None
    count: int | None = None
    difference: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClaim:
    """A claim, what was measured beside it, and whether it is a count at all."""

    claim: ReportedClaim
    state: ClaimState
    consistency: Finding


NOT_ATTEMPTED = ClaimState(kind="not_attempted", text="not attempted", why="no run of this model on this data set")


def judged_claims(claims: Iterable[ReportedClaim], boards: Iterable[Board], catalog: Catalog) -> list[JudgedClaim]:
    """Claims with their states, by boards in label mode `strict`."""
    rows: dict[tuple[str, str], list[BoardRow]] = {}
    for row in (row for board in boards for row in board.rows):
        rows.setdefault((row.model, row.dataset), []).append(row)
    judged = []
    for claim in claims:
        known = counts_for(catalog, claim)
        weights = released_weights(catalog, claim)
        state = state_of(claim, rows.get((claim.model, claim.dataset), ()), known=known, released=weights)
        judged.append(JudgedClaim(claim=claim, state=state, consistency=check(claim, known)))
    return judged


def released_weights(catalog: Catalog, claim: ReportedClaim) -> WeightsCard | None:
    """The released weights that a claim is about, as far as a card knows them."""
    cards = (item.entry.card for item in catalog.models)
    return next((card.released_for(claim.dataset) for card in cards if card.name == claim.model), None)


def state_of(
    claim: ReportedClaim,
    rows: Sequence[BoardRow],
    *,
    known: Mapping[int, str],
    released: WeightsCard | None = None,
) -> ClaimState:
    """A claim beside rows of its model on its data set, in label mode `strict`.

    The newest ranked run with the released weights counts, else the newest ranked one; runs that were measured here go
    before imported ones. With the released weights the yardstick is the count; a model that was trained again is
    expected within the 95 % interval. `known` are the numbers of images that the split is known to have.
    """
    standing = standing_obstacle(claim)
    if standing:
        return not_comparable(standing)
    if not rows:
        return NOT_ATTEMPTED
    newest = sorted(rows, key=lambda row: (not row.reasons, not row.origin, row.created_at), reverse=True)
    possible = possible_counts(claim, known)
    usable = [row for row in newest if not obstacle(claim, row, possible)]
    if not usable:
        return not_comparable(obstacle(claim, newest[0], possible))
    row = next((row for row in usable if is_released(row, released)), usable[0])
    if not is_released(row, released):
        return interval_state(claim, row)
    return count_state(claim, row) if claim.metric in COUNTS else value_state(claim, row)


def state_of_matrix(matrix: ImportedMatrix) -> ClaimState:
    """The state of a confusion matrix that somebody printed, which is always the same."""
    why = f"{matrix.correct:,} of {matrix.n:,} by {matrix.source}: never measured, never ranked"
    return ClaimState(kind="imported", text="imported", why=why)


def not_comparable(what: str) -> ClaimState:
    """The state of a claim that no run can be set beside, and why."""
    return ClaimState(kind="not_comparable", text=f"not comparable: {what}", why=what)


def is_released(row: BoardRow, released: WeightsCard | None) -> bool:
    """Whether a run had the released weights: by the name that only those get, their SHA-256 and their selection."""
    return (
        released is not None
        and row.weights_name == released.name
        and released.sha256 in {None, row.weights_sha256}
        and row.selection == released.selection
    )


def count_state(claim: ReportedClaim, row: BoardRow) -> ClaimState:
    """Right answers of the released weights beside those that the claim can mean."""
    number, decimals = digits_of(claim.text)
    possible = fit(number, decimals, row.n).counts
    measured = measured_value(claim, row)
    count = round(measured * row.n)
    nearest = round(Decimal(claim.text) * row.n / 100)
    first, last = possible or (nearest, nearest)
    difference = count - min(max(count, first), last)
    if possible and not difference:
        kind: StateKind = "same_count"
        text, why = f"same count ({count})", f"{count:,} of {row.n:,} with the released weights{caveats(row)}"
    else:
        kind, why = "differs", f"code, input or images differ{caveats(row)}"
        text = f"{more_or_fewer(difference)} ({count})" + ("" if possible else f"; the claim is no k/{row.n}")
    return ClaimState(
        kind=kind, text=text, why=why, run_id=row.run_id, measured=measured, count=count, difference=difference
    )


def value_state(claim: ReportedClaim, row: BoardRow) -> ClaimState:
    """A metric that is no count, of the released weights, at the rounding of the claim."""
    measured = measured_value(claim, row)
    shown = f"{100 * measured:.{claim.decimals}f}"
    apart = Decimal(repr(measured)) * 100 - Decimal(claim.text)
    if abs(apart) <= Decimal(5).scaleb(-claim.decimals - 1):
        kind: StateKind = "same_count"
        text, why = f"same value ({shown})", f"with the released weights{caveats(row)}"
    else:
        kind, why = "differs", f"code, input or images differ{caveats(row)}"
        text = f"{abs(apart):.{claim.decimals}f} {'higher' if apart > 0 else 'lower'} ({shown})"
    return ClaimState(kind=kind, text=text, why=why, run_id=row.run_id, measured=measured)


def interval_state(claim: ReportedClaim, row: BoardRow) -> ClaimState:
    """A claim beside the 95 % interval of a model that was trained again, or whose weights nobody knows."""
    interval, measured = row.intervals.get(claim.metric), measured_value(claim, row)
    if interval is None:
        return not_comparable(f"{claim.metric} has no interval")
    low, high = interval
    inside = low <= claim.value <= high
    return ClaimState(
        kind="inside_interval" if inside else "outside_interval",
        text=f"{'inside' if inside else 'outside'} {100 * low:.1f}-{100 * high:.1f}",
        why=f"the 95 % interval of weights that are not known to be the released ones{caveats(row)}",
        run_id=row.run_id,
        measured=measured,
    )


def measured_value(claim: ReportedClaim, row: BoardRow) -> float:
    """The value of a run that has one; see `obstacles.obstacle`."""
    value = row.scores[claim.metric]
    assert value is not None
    return value


def more_or_fewer(difference: int) -> str:
    """`3 fewer images`, `1 more image`; `nearest count` where there is no difference."""
    if not difference:
        return "nearest count"
    return f"{abs(difference)} {'more' if difference > 0 else 'fewer'} image{'' if abs(difference) == 1 else 's'}"


def caveats(row: BoardRow) -> str:
    """What a reader must know of the run: whether the pixels were the official ones, and that it came in a bundle."""
    official = row.pixels.startswith("official")
    pixels = "" if official else "; whether the pixels are the official ones is not known"
    return pixels + ("; the run was imported, not measured here" if row.origin else "")

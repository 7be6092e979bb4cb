"""What keeps a claim and a run from being compared, each in a few words that fit a cell of a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ferbench.ledger.aliases import OTHER
from ferbench.ledger.consistency import check

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ferbench.leaderboard.board import BoardRow
    from ferbench.ledger.claims import ReportedClaim


def standing_obstacle(claim: ReportedClaim) -> str:
    """What no run could change; empty where nothing stands in the way."""
    if claim.third_party:
        return "third-party"
    if claim.unit == "other":
        return "unit"
    if claim.metric == OTHER:
        return "metric"
    return "other images" if "other-images" in claim.flags else ""


def obstacle(claim: ReportedClaim, row: BoardRow, possible: Collection[int]) -> str:
    """What keeps this run from being compared with the claim; empty where it can be.

    `possible` are the numbers of images that the claim can stand on: see `possible_counts`. No claim says that faces
    were cut out, or that several views were looked at: only a run on whole pictures, seen once, stands beside it.
    """
    found = (
        split_obstacle(claim, row)
        or label_obstacle(claim, row)
        or n_obstacle(row, possible)
        or ("pixels (another variant)" if row.pixels.startswith("variant") else "")
        or (f"pictures seen ({row.seen})" if row.seen else "")
        or ("" if row.scores.get(claim.metric) is not None else f"metric (the run has no {claim.metric})")
    )
    return found or (f"not ranked ({row.reasons[0]})" if row.reasons else "")


def split_obstacle(claim: ReportedClaim, row: BoardRow) -> str:
    """Whether the run saw another split."""
    return "" if row.split == claim.split else f"split ({claim.split}, measured on {row.split})"


def label_obstacle(claim: ReportedClaim, row: BoardRow) -> str:
    """Whether the labels of the run come from another rule, or some of the classes were left out."""
    if row.left_out:
        return f"label rule (measured without {', '.join(row.left_out)})"
    for key, stated in (("label_rule", claim.label_rule), ("num_classes", claim.num_classes)):
        used = re.search(rf"{key}=(\w+)", row.labels)
        if stated is not None and used and used[1] != str(stated):
            return f"label rule ({key} {stated}, measured with {used[1]})"
    return ""


def n_obstacle(row: BoardRow, possible: Collection[int]) -> str:
    """Whether the claim stands on another number of images."""
    if row.n in possible:
        return ""
    stated = " or ".join(map(str, possible)) or "not stated"
    return f"n ({stated}, measured on {row.n})"


def possible_counts(claim: ReportedClaim, known: Mapping[int, str]) -> list[int]:
    """The numbers of images that a claim can stand on: the stated one, else those that its digits allow, else all."""
    if claim.n is not None:
        return [claim.n]
    found = check(claim, known)
    fitting = [fit.n for fit in found.fits if fit.verdict == found.verdict]
    return fitting or sorted(known)

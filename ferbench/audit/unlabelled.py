"""What can be checked of a bundle without labels: its record, its scores and its answers against each other."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ferbench.audit.checks import Check
from ferbench.canonical import canonical_json
from ferbench.results import score_record, seal_of

if TYPE_CHECKING:
    from ferbench.bundles.contents import Bundle


def own_checks(bundle: Bundle) -> tuple[Check, ...]:
    """What can be checked without labels."""
    recorded = {"scores": bundle.record["scores"]}
    same = canonical_json({"scores": score_record(bundle.scores)}) == canonical_json(recorded)
    return (
        *seal_check(bundle),
        Check(name="score table", passed=same, finding=f"{len(bundle.scores)} scores against the record"),
        answers_check(bundle),
        time_check(str(bundle.record["created_at"])),
    )


def seal_check(bundle: Bundle) -> tuple[Check, ...]:
    """Whether the record is the one that was sealed, where nothing of it was left out."""
    if bundle.about.left_out:
        return ()
    found = seal_of(bundle.record)
    return (Check(name="seal", passed=found == bundle.about.origin.seal, finding=found),)


def time_check(created_at: str) -> Check:
    """Whether the run is not from the future, where it would be `latest` for ever; clocks may differ by a day."""
    soon = datetime.now(UTC) + timedelta(days=1)
    return Check(name="created_at", passed=datetime.fromisoformat(created_at) < soon, finding=created_at)


def answers_check(bundle: Bundle) -> Check:
    """Whether confusion matrices have as many answers of each class as the outputs give.

    Of a matrix of counts, that is: one that adds up to the number of images that were answered.
    """
    import numpy as np

    outputs, classes = bundle.outputs["emotion"], list(bundle.record["classes"])
    answered = outputs[np.isfinite(outputs).all(axis=1)]
    counts = np.bincount(answered.argmax(axis=1), minlength=len(classes))
    given = {name: int(counts[position]) for position, name in enumerate(classes)}
    tables = [
        matrix
        for matrix in bundle.record["matrices"]
        if matrix["label_mode"] == "strict" and total_of(matrix["values"]) == len(answered)
    ]
    wrong = [
        name
        for matrix in tables
        for name, column in zip(matrix["columns"], zip(*matrix["values"], strict=True), strict=True)
        if sum(column) != given.get(name)
    ]
    finding = f"differing: {', '.join(wrong)}" if wrong else f"{len(answered)} answers by class, {len(tables)} matrices"
    return Check(name="answers", passed=not wrong, finding=finding)


def total_of(values: list[list[float | None]]) -> float:
    """The sum of a table; NaN where a value of it does not exist."""
    return sum(math.nan if item is None else item for row in values for item in row)

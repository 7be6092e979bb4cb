"""What a run that is finished already leaves for another one to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ferbench.pipeline.predict import Pass
from ferbench.pipeline.slices import part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.execution import Guarding
    from ferbench.pipeline.contents import Content
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Cost, Predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A run whose pass over the images is that of another one, too; `cost` is None where it must be measured anew.

    `guarding` is how its answers were guarded, where they were.
    """

    run_id: str
    done: Pass
    cost: Cost | None
    guarding: Guarding | None = None


def pass_again(plan: Plan, predictions: Predictions, found: Sequence[Content]) -> Pass:
    """The pass over the images of a plan that gave these predictions, in the order of the plan.

    `found` is what the pictures of the plan hold.
    """
    position = {name: row for row, name in enumerate(predictions.ids)}
    ordered = part(predictions, [position[row.id] for row in plan.rows])
    return Pass(
        predictions=replace(ordered, attributes=tuple(row.attributes for row in plan.rows)),
        digests=tuple(content.digest for content in found),
        sizes=Counter(content.size for content in found if content.size is not None),
        seconds=0.0,
        resumed=len(plan.rows),
    )

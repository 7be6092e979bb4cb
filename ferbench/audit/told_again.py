"""What the record of a finished run would say otherwise, were the run made now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.audit.checks import same
from ferbench.execution import Execution
from ferbench.leaderboard.manifests import test_set_json
from ferbench.pipeline.finish import scored, test_set_of
from ferbench.pipeline.record import Evidence, compose
from ferbench.pipeline.spared_metrics import verdicts_on

if TYPE_CHECKING:
    from ferbench.pipeline.predict import Pass
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import RunResult

#: Fields in which every run differs from every other; guards need the model, and the rest follows from them.
_NOT_COMPARED = frozenset(
    {"run_id", "created_at", "core_sha256", "cost_key", "cost", "execution", "seconds", "environment", "spec", "seal"}
    | {"guards", "ranked", "not_ranked_because", "warnings"}
)
#: Fields that may hold more than is asked for now.
_MAY_HOLD_MORE = frozenset({"scores", "intervals", "matrices", "slices"})


def told_otherwise(plan: Plan, stored: RunResult, done: Pass) -> list[str]:
    """Names of what a new run of a plan would say otherwise than a stored one of the same key, its cost apart.

    `done` is the pass of the stored run in the order of the plan. Metrics are computed anew, for their code may
    have changed.
    """
    (scores, matrices), broken = scored(plan, done.predictions)
    evidence = Evidence(
        run_id=stored.run_id,
        created_at=stored.record["created_at"],
        weights_sha256=stored.record["weights"]["sha256"],
        loaded_percent=stored.record["weights"].get("loaded_percent"),
        predictions=done.predictions,
        test_set=test_set_of(plan, done),
        scores=scores,
        matrices=matrices,
        verdicts=verdicts_on(broken),
        cost=stored.cost,
        sizes=done.sizes,
        environment={},
        seconds={},
        execution=Execution(),
    )
    today, recorded = compose(plan, evidence), stored.record
    names = [name for name in today.keys() - _NOT_COMPARED if not told(name, today[name], recorded.get(name))]
    attributes = test_set_json(evidence.test_set) != test_set_json(stored.test_set)
    accepted = plan.spec.accept_class_order != recorded["spec"].get("accept_class_order", False)
    spared = not within(today["guards"], recorded.get("guards", {}))
    others = {"attributes": attributes, "accept_class_order": accepted, "metrics that break": spared}
    return sorted(names) + [name for name, differs in others.items() if differs]


def told(name: str, today: Any, recorded: Any) -> bool:
    """Whether a record holds a field as it would be told today, or more, where it may."""
    return within(today, recorded) if name in _MAY_HOLD_MORE else bool(today == recorded)


def within(part: Any, whole: Any) -> bool:
    """Whether every value of a part stands in a whole in the same place; in a list, in any place.

    Another version of a metric, or another processor, may add up in another order: floats agree as for `verify`.
    """
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and within(value, whole[name]) for name, value in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return all(value in whole for value in part)
    if isinstance(part, float) and isinstance(whole, float):
        return same(whole, part)
    return bool(part == whole)

"""What stands beside the number of a run: why it may not be ranked, and what its reader should know."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ferbench.pipeline.resolve import ASSUMED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferbench.pipeline.probes.verdict import Verdict
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Predictions


def reasons_not_to_rank(plan: Plan, predictions: Predictions, verdicts: Iterable[Verdict]) -> list[str]:
    """Every reason for which this run may be stored and not ranked; none is a good run."""
    n, whole, failures = len(plan.rows), len(plan.opened.rows), len(predictions.failures)
    reasons = [
        f"only {n} of {whole} images (--limit)" if n < whole else "",
        unofficial_counts(plan),
        f"{failures} of {n} images without an answer" if failures else "",
        *(verdict.not_ranked_because for verdict in verdicts),
    ]
    return [reason for reason in reasons if reason]


def unofficial_counts(plan: Plan) -> str:
    """Why the evaluated split is not the official one, judged by its counts by class; empty where it is."""
    official = (plan.dataset.entry.card.counts or {}).get(plan.split)
    found = Counter(row.label for row in plan.opened.rows)
    if official is None or found == Counter(official):
        return ""
    wrong = [
        f"{name} {found[name]} instead of {official.get(name, 0)}"
        for name in {**official, **found}
        if found[name] != official.get(name, 0)
    ]
    return f"not the official {plan.split} split of {plan.spec.dataset}: {', '.join(wrong)}"


def warnings_of(plan: Plan, verdicts: Iterable[Verdict]) -> list[str]:
    """What a reader of the number should know, and what does not forbid a rank."""
    expects, content = plan.preprocess.expects, plan.dataset.entry.card.content
    mismatch = expects != content and "any" not in {expects, content}
    warnings = [
        f"the weights expect pictures of kind {expects}, the data set holds {content}" if mismatch else "",
        "the class order is assumed: nothing states it for these weights" if plan.class_order_source == ASSUMED else "",
        *(verdict.warning for verdict in verdicts),
    ]
    return [warning for warning in warnings if warning]

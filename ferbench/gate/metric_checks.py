"""The decision on metrics: how far each dropped, whether chance would do that, and whether the gate fails for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.comparison.measures import measure_of
from ferbench.errors import NotComparable, UsageError
from ferbench.gate.findings import Check
from ferbench.gate.significance import exact_p, is_share, one_sided_bootstrap
from ferbench.leaderboard.statistics.bootstrap import SLOWER_BY, resampled
from ferbench.leaderboard.statistics.paired import holm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.emotions import ClassOrder
    from ferbench.gate.limits import Limit, Limits, Rule
    from ferbench.leaderboard.statistics.bootstrap import Measure
    from ferbench.results import Answers

RESAMPLES = 2000
_SEED = 0
#: One image of 200 is a drop of 0.5 points, whatever float64 makes of the difference.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """A metric under a gate. A drop times `scale` is in the unit of `allowed`: points, or the metric's own."""

    measure: Measure
    higher_is_better: bool
    scale: float
    allowed: float

    def drop(self, baseline: float, new: float) -> float:
        """How much worse the new value is, in the unit of `allowed`."""
        return self.scale * (baseline - new if self.higher_is_better else new - baseline)


def gated(limit: Limit, catalog: Catalog, classes: ClassOrder) -> Gated:
    """The metric of a limit; one that lies between 0 and 1 is in percentage points.

    Raises:
        UnknownName: no plugin gives the metric, or the data set does not have the class.
        UsageError: it has no single value, or neither more nor less of it is better.
    """
    measure = measure_of(limit.name, catalog, classes)
    card = catalog.metrics.get(limit.name.partition("/")[0]).entry.card
    if card.direction == "none":
        asked, found = f"A gate on {limit.name} was asked for.", "Neither more nor less of it is better."
        raise UsageError(asked, found, "Pass a metric that `ferbench list metrics` gives a direction.")
    return Gated(
        measure=measure,
        higher_is_better=card.direction == "higher",
        scale=100.0 if card.range == (0.0, 1.0) else 1.0,
        allowed=limit.allowed,
    )


def require_gateable(limits: Limits, catalog: Catalog, classes: ClassOrder) -> None:
    """Refuse drops that could never be judged, as `gated` and `metric_checks` would: cheaper before an evaluation."""
    for limit in limits.drops:
        gated(limit, catalog, classes)
    if not all(is_share(limit.name) for limit in limits.drops):
        require_resolution(len(limits.drops), limits.rule)


def metric_checks(baseline: Answers, new: Answers, metrics: Sequence[Gated], rule: Rule) -> tuple[Check, ...]:
    """The checks of metrics on answers to the same images, in one order.

    Tested is "no worse", not "worse by no more than allowed": a drop fails where it is larger than the allowance, and
    where chance alone would hardly make two equal models differ so much. P-values are adjusted by Holm over the
    metrics, so all of them together fail for two equal models in at most a share `alpha` of cases.

    Raises:
        NotComparable: a metric has no value for one side.
        UsageError: `alpha` is too small for what the bootstrap can show.
    """
    values = {item.measure.name: values_of(item.measure, baseline, new) for item in metrics}
    p_values = holm(p_values_of(baseline, new, metrics, values, rule))
    return tuple(decided(item, values[item.measure.name], p, rule) for item, p in zip(metrics, p_values, strict=True))


def values_of(measure: Measure, baseline: Answers, new: Answers) -> tuple[float, float]:
    """A metric of both sides."""
    values = measure.compute(baseline), measure.compute(new)
    if any(math.isnan(value) for value in values):
        found = f"Its values are {values[0]} and {values[1]}: these images give it none."
        raise NotComparable(f"A gate on {measure.name} was asked for.", found, "Gate on another metric.")
    return values


def p_values_of(
    baseline: Answers, new: Answers, metrics: Sequence[Gated], values: Mapping[str, tuple[float, float]], rule: Rule
) -> list[float]:
    """The p-value of each metric: exact where it is a share of right answers, else by the bootstrap."""
    names = [item.measure.name for item in metrics]
    exact = {name: exact_p(name, values[name], baseline, new) for name in names}
    unknown = [item for item in metrics if exact[item.measure.name] is None]
    if not unknown:
        return [p for p in exact.values() if p is not None]
    require_resolution(len(metrics), rule)
    drawn = resampled([baseline, new], [item.measure for item in unknown], RESAMPLES, _SEED).values
    shown = {
        item.measure.name: one_sided_bootstrap(
            (1 if item.higher_is_better else -1) * (drawn[item.measure.name][:, 0] - drawn[item.measure.name][:, 1])
        )
        for item in unknown
    }
    return [shown[name] if p is None else p for name, p in exact.items()]


def require_resolution(metrics: int, rule: Rule) -> None:
    """Refuse a level that no p-value of the bootstrap could be below."""
    smallest = metrics / (1 + RESAMPLES // SLOWER_BY)
    if rule.fail_on != "drop" and rule.alpha <= smallest:
        asked = f"A gate on {metrics} metrics at the level {rule.alpha} was asked for."
        found = f"The bootstrap that tests some of them gives no p-value below {smallest:.4f}: it could never fail."
        raise UsageError(asked, found, "Gate on accuracy or recall/CLASS alone, or pass a larger --alpha.")


def decided(item: Gated, values: tuple[float, float], p: float, rule: Rule) -> Check:
    """The check of one metric."""
    drop = item.drop(*values)
    return Check(
        name=item.measure.name,
        kind="metric",
        outcome="failed" if fails(drop, item.allowed, p, rule) else "passed",
        allowed=item.allowed,
        worse_by=drop,
        unit="points" if item.scale != 1 else "",
        baseline=values[0],
        new=values[1],
        p=p,
    )


def fails(drop: float, allowed: float, p: float, rule: Rule) -> bool:
    """Whether a gate fails for a drop with this p-value."""
    exceeds, significant = drop > allowed + _ROUNDING, p < rule.alpha
    return {"both": exceeds and significant, "drop": exceeds, "significant": significant}[rule.fail_on]

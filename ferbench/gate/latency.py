"""Latency of two networks in one process, in turn: only so does a ratio say something about the networks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.errors import NotComparable
from ferbench.gate.findings import Check
from ferbench.pipeline.answering import answers_to
from ferbench.pipeline.cost import LATENCY_BUDGET_S, LATENCY_WARM_UP
from ferbench.pipeline.images import read_batch
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.resolve import resolve
from ferbench.pipeline.timing import MIN_REPEATS, step_times_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ferbench.catalog import Catalog
    from ferbench.config import Settings
    from ferbench.gate.limits import Limit
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.resolve import Plan
    from ferbench.spec import RunSpec

    Step = Callable[[], object]

#: Pairs of steps that are timed, within so many seconds for both: quick networks need many against the noise.
PAIRS = 500
BUDGET_S = 2 * LATENCY_BUDGET_S


@dataclass(frozen=True, slots=True, kw_only=True)
class InTurn:
    """Times of two steps, taken in turn: both medians in milliseconds, and the median of the ratios new / baseline."""

    baseline_ms: float
    new_ms: float
    ratio: float


def reported_checks(limits: Sequence[Limit], baseline: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Check, ...]:
    """Latencies of two costs that were measured apart: shown, never compared."""
    return tuple(
        Check(
            name=limit.name,
            kind="latency",
            outcome="reported",
            allowed=limit.allowed,
            unit="ms",
            baseline=number(baseline.get(limit.name)),
            new=number(new.get(limit.name)),
            because="measured apart; --baseline-weights measures both in turn",
        )
        for limit in limits
    )


def number(value: Any) -> float | None:
    """A measured value; None for whatever else a record may hold."""
    return float(value) if isinstance(value, int | float) else None


def timed_checks(
    limits: Sequence[Limit], baseline: RunSpec, weights_sha256: str, new: RunSpec, catalog: Catalog, settings: Settings
) -> tuple[Check, ...]:
    """Latencies of two networks that are loaded here, and timed in turn.

    Raises:
        NotComparable: the baseline was run with other weights than those of this SHA-256.
    """
    plans = [resolve(spec, catalog, settings) for spec in (baseline, new)]
    with plain_float32(new.threads):
        networks = [load(plan) for plan in plans]
        require_weights(networks[0], weights_sha256, str(baseline.weights))
        return tuple(
            timed_check(
                limit, [step_of(limit.name, plan, network) for plan, network in zip(plans, networks, strict=True)]
            )
            for limit in limits
        )


def require_weights(loaded: Loaded, sha256: str, named: str) -> None:
    """Refuse to call other weights those of the baseline."""
    if loaded.weights_sha256 != sha256:
        asked = f"The latency of the baseline was to be measured with the weights {named}."
        found = f"Their SHA-256 is {loaded.weights_sha256[:16]}, and the baseline's {sha256[:16]}."
        raise NotComparable(asked, found, "Pass the weights of the baseline as --baseline-weights.")


def timed_check(limit: Limit, steps: Sequence[Step]) -> Check:
    """The check of one latency."""
    found = in_turn(*steps)
    return Check(
        name=limit.name,
        kind="latency",
        outcome="failed" if found.ratio > limit.allowed else "passed",
        allowed=limit.allowed,
        worse_by=found.ratio,
        unit="ms",
        baseline=found.baseline_ms,
        new=found.new_ms,
    )


def step_of(field: str, plan: Plan, loaded: Loaded) -> Step:
    """One step of what a field of the cost measures: one forward pass, or a picture from its file to the answer."""
    preprocess = plan.preprocess
    if field == "latency_model_ms_p50":
        tensor = np.zeros((1, preprocess.channels, *preprocess.size), np.float32)
        return lambda: loaded.model.predict(tensor)
    rows = cycle(plan.rows)

    def one_picture() -> object:
        batch = read_batch(plan.opened, [next(rows)], plan.reading, 0)
        return answers_to(loaded.model, batch.views, plan.conduct.batch_size) if batch.answered else None

    return one_picture


def in_turn(baseline: Step, new: Step) -> InTurn:
    """Time two steps A B A B ..., each pair a moment apart, so that whatever slows the machine slows both.

    The ratio is the median over the pairs, which is another number than the ratio of the medians.
    """
    deadline = time.perf_counter() + BUDGET_S
    for step in (baseline, new):
        step_times_ms(step, LATENCY_WARM_UP, 1, LATENCY_BUDGET_S)
    pairs: list[tuple[float, float]] = []
    while len(pairs) < PAIRS and (len(pairs) < MIN_REPEATS or time.perf_counter() < deadline):
        pairs.append((once_ms(baseline), once_ms(new)))
    first, second = np.array(pairs).T
    return InTurn(
        baseline_ms=float(np.median(first)),
        new_ms=float(np.median(second)),
        ratio=float(np.median(second / first)),
    )


def once_ms(step: Step) -> float:
    """Milliseconds of one step."""
    return float(step_times_ms(step, 0, 1, 0)[0])

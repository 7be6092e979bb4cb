"""What a gate allows, out of the texts in which people write it: `accuracy=0.5`, `flips=0`, `latency_ms_p50=1.2`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a worse metric must be to fail the gate: a drop beyond the allowance, significant, or both.
FailOn = Literal["both", "drop", "significant"]

#: Fields of a cost whose ratio can be measured side by side, and the short name of one of them.
LATENCIES = ("latency_model_ms_p50", "latency_e2e_ms_p50")
ALIASES = {"latency_ms_p50": "latency_model_ms_p50"}
DRIFTS = ("max_abs_logit", "flips")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that a value may be: a drop of a metric, a difference of outputs, a ratio of latencies."""

    name: str
    allowed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a worse metric fails. `alpha` is the level of the one-sided tests, over all metrics together."""

    alpha: float = 0.05
    fail_on: FailOn = "both"

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            asked = f"A gate at the level alpha = {self.alpha} was asked for."
            raise UsageError(asked, "A level lies between 0 and 1.", "Pass --alpha 0.05, or leave it out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Everything that a gate looks at, and when it fails."""

    drops: tuple[Limit, ...] = ()
    drift: tuple[Limit, ...] = ()
    slowdowns: tuple[Limit, ...] = ()
    rule: Rule = Rule()
    other_pixels: bool = False


def drop_limits(texts: Sequence[str]) -> tuple[Limit, ...]:
    """The largest drops of metrics, each text a METRIC=DROP."""
    return limits_in(texts, "--max-drop")


def slowdown_limits(texts: Sequence[str]) -> tuple[Limit, ...]:
    """The largest ratios of latencies, each text a FIELD=RATIO; UsageError for a field that cannot be timed in turn."""
    found = limits_in([aliased(text) for text in texts], "--max-slowdown")
    return known(found, "--max-slowdown", (*LATENCIES, *ALIASES))


def aliased(text: str) -> str:
    """A FIELD=RATIO with the name of the field as the record has it."""
    name, separator, rest = text.partition("=")
    return ALIASES.get(name, name) + separator + rest


def drift_limits(text: str) -> tuple[Limit, ...]:
    """The largest drifts in a text such as `max_abs_logit=1e-4,flips=0`."""
    return known(limits_in([part.strip() for part in text.split(",")], "--drift"), "--drift", DRIFTS)


def known(found: tuple[Limit, ...], option: str, names: Sequence[str]) -> tuple[Limit, ...]:
    """The limits, when an option knows all of their names."""
    unknown = [limit.name for limit in found if limit.name not in names]
    if unknown:
        asked = f"{option} {', '.join(unknown)} was given."
        raise UsageError(asked, f"It knows {', '.join(names)}.", f"Write one of them, as in {option} {names[-1]}=1")
    return found


def limits_in(texts: Sequence[str], option: str) -> tuple[Limit, ...]:
    """One limit a text.

    Raises:
        UsageError: a text is no NAME=NUMBER, its number is negative or not finite, or a name stands twice.
    """
    found = tuple(limit_in(text, option) for text in texts)
    names = [limit.name for limit in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        asked = f"{option} was given several times."
        raise UsageError(asked, f"{', '.join(twice)} has more than one limit.", "Give each name one limit.")
    return found


def limit_in(text: str, option: str) -> Limit:
    """The limit in a NAME=NUMBER."""
    name, _, number = text.partition("=")
    try:
        allowed = float(number)
    except ValueError:
        allowed = math.nan
    if name and math.isfinite(allowed) and allowed >= 0:
        return Limit(name=name, allowed=allowed)
    found = "It is no NAME=NUMBER with a number of at least 0."
    raise UsageError(f"{option} {text} was given.", found, f"Write the name and the most that is allowed: {option} X=1")

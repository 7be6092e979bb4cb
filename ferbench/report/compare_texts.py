"""Numbers of a comparison as its tables show them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ferbench.report.formatting import ABSENT, HEADLINE, decimal

if TYPE_CHECKING:
    from ferbench.comparison.findings import ClassDifference, Difference

#: A p-value below this is shown as such.
SMALLEST_P = 0.0001


def heading(metric: str) -> str:
    """A metric as tables call it."""
    known = HEADLINE.get(metric, f"{metric} %" if in_percent(metric) else metric)
    return known.removesuffix(" (95 %)")


def in_percent(metric: str) -> bool:
    """Whether a metric is shown in percent."""
    return "%" in HEADLINE.get(metric, "") or metric.startswith("recall/")


def shown(metric: str, value: float) -> str:
    """A value in the unit of its column."""
    if math.isnan(value):
        return ABSENT
    return f"{100 * value:.2f}" if in_percent(metric) else decimal(value)


def signed(metric: str, value: float) -> str:
    """A difference, with its sign."""
    if math.isnan(value):
        return ABSENT
    return f"{100 * value:+.2f}" if in_percent(metric) else f"{value:+.4f}"


def interval_text(metric: str, item: Difference | ClassDifference) -> str:
    """The interval of a difference."""
    if item.low is None or item.high is None:
        return ABSENT
    return f"{signed(metric, item.low)} to {signed(metric, item.high)}"


def p_text(p: float | None) -> str:
    """A p-value with four digits."""
    if p is None:
        return ABSENT
    return f"< {SMALLEST_P}" if p < SMALLEST_P else f"{p:.4f}"


def points_and_images(difference: float | None, n: int) -> str:
    """A difference of accuracies in percentage points and in images, rounded up."""
    if difference is None:
        return "none"
    images = math.ceil(round(difference * n, 6))
    return f"{100 * difference:.2f} ({images:,})"

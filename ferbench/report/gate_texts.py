"""A verdict in words: the same numbers in every place where it is shown. Names are as they came; escape them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.report.compare_texts import p_text
from ferbench.report.formatting import ABSENT, decimal, percent

if TYPE_CHECKING:
    from ferbench.gate.findings import Check, GateResult
    from ferbench.leaderboard.statistics.paired import PairedCounts

#: What the columns of every table of checks are called.
COLUMNS = ("check", "baseline", "new", "worse by", "allowed", "one-sided p", "verdict")
_VERDICTS = {"passed": "passed", "failed": "FAILED", "incomplete": "INCOMPLETE"}


def headline(result: GateResult) -> str:
    """The verdict, and what it is about."""
    images = f"{result.dataset} ({result.split}), {result.n:,} images"
    return f"gate {_VERDICTS[result.verdict]}: {result.new.model} on {images}"


def cells(check: Check) -> tuple[str, ...]:
    """A check in the columns of a table."""
    values = (value_text(check, check.baseline), value_text(check, check.new))
    outcome = "FAILED" if check.outcome == "failed" else check.outcome
    return (check.name, *values, worse_text(check), allowed_text(check), p_text(check.p), outcome)


def value_text(check: Check, value: float | None) -> str:
    """The value of one side in its unit."""
    if value is None:
        return ABSENT
    if check.kind == "latency":
        return f"{value:.3f} ms"
    return percent(value) if check.unit == "points" else decimal(value)


def worse_text(check: Check) -> str:
    """How much worse the new run is; less than nothing where it is better."""
    if check.worse_by is None:
        return ABSENT
    if check.kind == "latency":
        return f"{check.worse_by:.3f} times"
    if check.kind == "drift":
        return f"{check.worse_by:.3g}"
    return f"{check.worse_by:+.2f} points" if check.unit == "points" else f"{check.worse_by:+.4f}"


def allowed_text(check: Check) -> str:
    """The most that is allowed."""
    if check.kind == "latency":
        return f"{check.allowed:g} times"
    return f"{check.allowed:g} points" if check.unit == "points" else f"{check.allowed:g}"


def sentence(check: Check) -> str:
    """A check in one line."""
    if check.outcome == "reported":
        values = f"{value_text(check, check.baseline)} before, {value_text(check, check.new)} now"
        return f"{check.name}: {values}; not judged: {check.because}"
    values = f" ({value_text(check, check.baseline)} before, {value_text(check, check.new)} now)" if check.unit else ""
    chance = "" if check.p is None else f", one-sided p {p_text(check.p)}"
    return f"{check.name}: worse by {worse_text(check)}, allowed {allowed_text(check)}{chance}{values}"


def parties(result: GateResult) -> tuple[tuple[str, ...], ...]:
    """Both sides: which, model, weights, run."""
    sides = (("baseline", result.baseline), ("new", result.new))
    return tuple((title, side.model, side.weights, side.run_id[:8]) for title, side in sides)


def remarks(result: GateResult) -> tuple[str, ...]:
    """What stands below the table: what was not judged, the discordant images, the rule, and what else to know."""
    lines = [sentence(check) for check in result.checks if check.outcome == "reported"]
    if result.unanswered:
        lines.append(f"{result.unanswered:,} images have no answer in the new run: nothing is decided.")
    if result.counts:
        lines.append(counted(result.counts))
    if any(check.kind == "metric" for check in result.checks):
        lines += rule(result)
    return (*lines, *result.notes)


def counted(counts: PairedCounts) -> str:
    """How many images each side answers right."""
    alone = f"Right in the baseline alone {counts.first:,}, in the new run alone {counts.second:,}"
    return f"{alone}, in both {counts.both:,}, in none {counts.neither:,}."


def rule(result: GateResult) -> list[str]:
    """When a metric fails this gate, and what such a test can see."""
    if result.fail_on == "drop":
        return ["A metric fails where its drop is larger than allowed, be it by chance."]
    size = ", however small its drop" if result.fail_on == "significant" else " and its drop is larger than allowed"
    lines = [f"A metric fails where p < {result.alpha:g}{size}."]
    if result.detectable is not None and any(check.name == "accuracy" for check in result.checks):
        drop = f"a true drop of accuracy by {100 * result.detectable:.2f} points"
        lines.append(f"At this many differing answers {drop} is told from chance four times in five.")
    return lines

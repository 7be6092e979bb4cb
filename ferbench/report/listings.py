"""Lists for the terminal: runs, scores, checks, cards, plugins."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Column, Table
from rich.text import Text

from ferbench.report.formatting import ABSENT, decimal, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ferbench.audit.checks import Check
    from ferbench.cards import DatasetCard, DetectorCard, MetricCard, ModelCard, SchemeCard, WeightsCard
    from ferbench.catalog import PluginReport, Registered
    from ferbench.interfaces import DatasetEntry, DetectorEntry, MetricEntry, ModelEntry, ModelScheme
    from ferbench.leaderboard.rows import RunRow
    from ferbench.results import Score

#: What stands beside a check that passed, failed, or could not be made.
_ANSWERS = {True: "ok", False: "FAILED", None: "not checked"}


def rows_table(headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    """A table of foreign texts, whose first column stays in one line; addresses are broken rather than cut."""
    columns = [Column(headings[0], no_wrap=True), *(Column(heading, overflow="fold") for heading in headings[1:])]
    table = Table(*columns, title=safe(title) if title else None, title_justify="left")
    for row in rows:
        table.add_row(*[cell if isinstance(cell, Text) else safe(cell) for cell in row])
    return table


def runs_table(rows: Sequence[RunRow]) -> Table:
    """Recorded runs."""
    return rows_table(
        ("run", "at", "model", "weights", "data set", "split", "n", "status", "ranked"),
        (
            (
                row.run_id[:8],
                row.created_at[:16],
                row.model,
                row.weights_name,
                row.dataset,
                row.split,
                row.n,
                row.status,
                ranked_text(row),
            )
            for row in rows
        ),
    )


def score_value(score: Score) -> str:
    """The value of a score; `-` where it does not exist."""
    return ABSENT if math.isnan(score.value) else decimal(score.value, 6)


def interval_value(interval: tuple[float, float] | None) -> str:
    """An interval in the unit of its value."""
    return ABSENT if interval is None else f"{interval[0]:.6f} - {interval[1]:.6f}"


def ranked_text(row: RunRow) -> str:
    """Whether a run may be ranked, as far as it says itself."""
    if row.invalidated:
        return "no: invalidated"
    return "yes" if row.ranked else "no"


def scores_table(run_id: str, scores: Sequence[Score]) -> Table:
    """Scores of one run."""
    return rows_table(
        ("metric", "label mode", "slice", "value", "95 % interval", "n"),
        ((s.metric, s.label_mode, s.slice, score_value(s), interval_value(interval_of(s)), s.n) for s in scores),
        title=f"run {run_id[:8]}",
    )


def interval_of(score: Score) -> tuple[float, float] | None:
    """The interval of a score, if it has one."""
    return None if score.low is None or score.high is None else (score.low, score.high)


def checks_table(run_id: str, checks: Sequence[Check]) -> Table:
    """What a verification found."""
    return rows_table(
        ("check", "", "found"),
        ((check.name, _ANSWERS[check.passed], check.finding) for check in checks),
        title=f"run {run_id}",
    )


def models_table(entries: Sequence[Registered[ModelEntry]], schemes: Sequence[Registered[ModelScheme]]) -> Table:
    """Models, with the data sets that weights were released for, then the schemes of further ones."""
    return rows_table(
        ("model", "what", "weights for", "plugin"),
        (
            *(
                (
                    item.entry.card.name,
                    item.entry.card.summary,
                    ", ".join(card.dataset for card in item.entry.card.weights if card.dataset) or ABSENT,
                    item.origin.plugin,
                )
                for item in entries
            ),
            *((row["name"], row["summary"], ABSENT, row["plugin"]) for row in map(plain_scheme, schemes)),
        ),
    )


def plain_scheme(scheme: Registered[ModelScheme]) -> dict[str, str]:
    """A scheme as JSON data, under the name that its models have: `timm:NAME`."""
    card = scheme.entry.card
    return {"name": f"{card.name}:{card.rest}", "summary": card.summary, "plugin": scheme.origin.plugin}


def datasets_table(entries: Sequence[Registered[DatasetEntry]]) -> Table:
    """Data sets, with their classes in index order."""
    return rows_table(
        ("data set", "what", "classes in index order", "splits", "plugin"),
        (
            (
                item.entry.card.name,
                item.entry.card.title,
                ", ".join(item.entry.card.classes or ("read from the data",)),
                ", ".join(item.entry.card.splits),
                item.origin.plugin,
            )
            for item in entries
        ),
    )


def metrics_table(entries: Sequence[Registered[MetricEntry]]) -> Table:
    """Metrics, with direction and range."""
    return rows_table(
        ("metric", "what", "better", "range", "plugin"),
        (
            (
                item.entry.card.name,
                item.entry.card.title,
                item.entry.card.direction,
                f"{item.entry.card.range[0]:g} to {item.entry.card.range[1]:g}",
                item.origin.plugin,
            )
            for item in entries
        ),
    )


def detectors_table(entries: Sequence[Registered[DetectorEntry]]) -> Table:
    """Face detectors, and whether what they find can be aligned."""
    return rows_table(
        ("detector", "what", "five landmarks", "licence", "plugin"),
        (
            (
                item.entry.card.name,
                item.entry.card.summary,
                "yes" if item.entry.card.landmarks else "no",
                item.entry.card.licence or ABSENT,
                item.origin.plugin,
            )
            for item in entries
        ),
    )


def plugins_table(reports: Sequence[PluginReport]) -> Table:
    """Plugins, with what they provide or the traceback of what broke."""
    return rows_table(
        ("plugin", "distribution", "provides"),
        (
            (
                report.name,
                f"{report.origin.distribution} {report.origin.version}" if report.origin else "BROKEN",
                traceback_text(report.error) if report.error else ", ".join(report.provides) or "nothing",
            )
            for report in reports
        ),
    )


def traceback_text(traceback: str) -> Text:
    """A traceback, line by line."""
    return Text("\n").join(safe(line) for line in traceback.splitlines())


def card_table(title: str, facts: Mapping[str, Any]) -> Table:
    """All facts of a card."""
    return rows_table(("fact", "value"), ((name, fact_text(value)) for name, value in facts.items()), title=title)


def fact_text(value: Any) -> str:
    """A fact in one cell: what is not known says so, and what has a card of its own is named."""
    if value is None:
        return "not known"
    if isinstance(value, dict) and {"name", "file_name"} <= value.keys():
        return str(value["name"])
    if isinstance(value, dict):
        return "; ".join(f"{key}: {fact_text(item)}" for key, item in value.items())
    return ", ".join(fact_text(item) for item in value) if isinstance(value, list) else str(value)


def plain_card(card: ModelCard | SchemeCard | DatasetCard | MetricCard | DetectorCard | WeightsCard) -> dict[str, Any]:
    """A card as JSON data."""
    return {name: plain(value) for name, value in asdict(card).items()}


def plain_report(report: PluginReport) -> dict[str, Any]:
    """How loading a plugin went, as JSON data."""
    return {name: plain(value) for name, value in asdict(report).items()}


def plain(value: Any) -> Any:
    """JSON data of the values that cards hold: sets sorted, infinities and paths as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | str) else number_text(value)


def number_text(value: Any) -> Any:
    """A finite float as it is; infinities and anything else as text."""
    return value if isinstance(value, float) and abs(value) != float("inf") else str(value)

"""The figures of a board: accuracy against what it costs, with the Pareto front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.leaderboard.pareto import front
from ferbench.leaderboard.views import COST_FIELDS
from ferbench.report.formatting import percent
from ferbench.report.site.figure_labels import in_unit_square, side, spaced, with_room
from ferbench.report.site.figures import axis, figure, label, percent_axis, whiskers
from ferbench.report.site.scale import scale_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.leaderboard.board import Board, BoardRow
    from ferbench.leaderboard.views import CostName
    from ferbench.report.site.figures import Figure, Trace
    from ferbench.report.site.scale import Scale

#: A logarithmic axis where the dearest costs so many times what the cheapest does.
_LOG_FROM = 8
#: Characters of a name in a figure.
_LONGEST_NAME = 18
#: So many runs below a figure are named.
_NAMED_BELOW = 3


@dataclass(frozen=True, slots=True)
class CostAxis:
    """What a run may cost: the `unit` of its figure, and the factor from the stored value to it."""

    name: CostName
    title: str
    unit: str
    factor: float

    def value(self, row: BoardRow) -> float | None:
        """The stored value of a row."""
        value: float | None = getattr(row, COST_FIELDS[self.name])
        return value


AXES = (
    CostAxis("macs", "MACs", "G", 1e-9),
    CostAxis("params", "Parameters", "M", 1e-6),
    CostAxis("latency", "Latency p50", "ms", 1.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPlot:
    """Accuracy against one cost. `rows` are the runs that have it, cheapest first; `front` the ids of the Pareto front.

    `remarks` say which runs are missing and why, and which lie below the figure; empty where none does.
    """

    axis: CostAxis
    rows: tuple[BoardRow, ...]
    front: frozenset[str]
    remarks: str
    figure: Figure


def cost_plots(board: Board) -> tuple[CostPlot, ...]:
    """The plots of the costs that at least two ranked runs have, and can be compared by."""
    plots = [cost_plot(board, axis) for axis in AXES]
    return tuple(plot for plot in plots if plot is not None)


def cost_plot(board: Board, cost: CostAxis) -> CostPlot | None:
    """The plot of one cost. The front leaves out latencies that were measured otherwise than most, and so does it."""
    on_front = front(board.ranked, board.metric, cost.name, higher_is_better=board.higher_is_better)
    rows = [row for row, on in zip(board.ranked, on_front, strict=True) if on is not None]
    if len(rows) < 2:
        return None
    ids = frozenset(row.run_id for row, on in zip(board.ranked, on_front, strict=True) if on)
    scale = scale_of(rows, board.metric)
    without = sum(cost.value(row) is None for row in board.ranked)
    return CostPlot(
        axis=cost,
        rows=tuple(sorted(rows, key=lambda row: (cost.value(row) or 0.0, row.rank or 0))),
        front=ids,
        remarks=remarks(without, len(board.ranked) - without - len(rows), below(rows, board.metric, scale)),
        figure=cost_figure(rows, board.metric, cost, ids, scale),
    )


def below(rows: Sequence[BoardRow], metric: str, scale: Scale) -> list[BoardRow]:
    """The rows that lie below a scale: one run that is far behind would press all others together."""
    return [row for row in rows if (row.scores[metric] or 0.0) < scale.low]


def remarks(without: int, elsewhere: int, too_low: Sequence[BoardRow]) -> str:
    """Which runs are not in a plot, and which are at its lower edge."""
    names = ", ".join(f"{row_name(row)} ({percent(row.scores['accuracy'])} %)" for row in too_low[:_NAMED_BELOW])
    more = f" and {len(too_low) - _NAMED_BELOW:,} more" if len(too_low) > _NAMED_BELOW else ""
    parts = [
        f"Left out: {without:,} without this cost." if without else "",
        f"Left out: {elsewhere:,} measured on another device or with other settings." if elsewhere else "",
        f"Triangles at the lower edge lie below it: {names}{more}." if too_low else "",
    ]
    return " ".join(part for part in parts if part)


def cost_figure(rows: Sequence[BoardRow], metric: str, cost: CostAxis, ids: frozenset[str], scale: Scale) -> Figure:
    """Points with whiskers: circles, and diamonds on a line for the front; the best group in the accent colour."""
    low = below(rows, metric, scale)
    inside = [row for row in rows if row not in low]
    groups = {
        "best group": [row for row in inside if row.group == 1],
        "other runs": [row for row in inside if row.group != 1],
    }
    prices = [price(row, cost) for row in rows]
    log = min(prices) > 0 and max(prices) / min(prices) >= _LOG_FROM
    traces = [front_line([row for row in rows if row.run_id in ids], metric, cost)]
    traces += [points(name, group, metric, cost, ids) for name, group in groups.items() if group]
    traces += [edge_points(low, metric, cost, scale)] if low else []
    traces += [names_on_front(inside, metric, cost, ids, log=log)]
    x = {"type": "log", "nticks": 6} if log else {"rangemode": "tozero"}
    height = scale.high - scale.low
    y = percent_axis("accuracy", range=[100 * scale.low - 2 * height, 100 * scale.high + 6 * height])
    return figure(traces, axis(f"{cost.title} ({cost.unit})", **x), y, height=380)


def front_line(rows: Sequence[BoardRow], metric: str, cost: CostAxis) -> Trace:
    """The Pareto front as a line."""
    places = sorted((price(row, cost), score(row, metric)) for row in rows)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "line": {"color": "@front", "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def names_on_front(rows: Sequence[BoardRow], metric: str, cost: CostAxis, ids: frozenset[str], *, log: bool) -> Trace:
    """The names of those runs on the front that have room for one."""
    places = in_unit_square([(price(row, cost), score(row, metric)) for row in rows], log=log)
    on_front = [(row, place) for row, place in zip(rows, places, strict=True) if row.run_id in ids]
    named = with_room([place for _, place in on_front], places)
    shown = [found for at, found in enumerate(on_front) if at in named]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [price(row, cost) for row, _ in shown],
        "y": [score(row, metric) for row, _ in shown],
        "text": [spaced(label(row_name(row), _LONGEST_NAME), side(place)) for row, place in shown],
        "textposition": [side(place) for _, place in shown],
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def edge_points(rows: Sequence[BoardRow], metric: str, cost: CostAxis, scale: Scale) -> Trace:
    """Runs that lie below the figure, as triangles at its lower edge; pointing at them says how good they are."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [price(row, cost) for row in rows],
        "y": [100 * scale.low] * len(rows),
        "text": [f"{label(row_name(row))}<br>{percent(row.scores[metric])} %" for row in rows],
        "marker": {"color": "@other", "symbol": "triangle-down", "size": 11},
        "hovertemplate": f"%{{text}}, %{{x}} {cost.unit}<extra>below</extra>",
    }


def points(name: str, rows: Sequence[BoardRow], metric: str, cost: CostAxis, ids: frozenset[str]) -> Trace:
    """Runs as points."""
    colour = "@accent" if name == "best group" else "@other"
    values = [100 * (row.scores[metric] or 0.0) for row in rows]
    intervals = [row.intervals.get(metric) or (row.scores[metric] or 0.0,) * 2 for row in rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [price(row, cost) for row in rows],
        "y": [round(value, 2) for value in values],
        "error_y": whiskers(values, [100 * low for low, _ in intervals], [100 * high for _, high in intervals], colour),
        "text": [f"{label(row_name(row))}<br>{label(row.weights_name or '')}" for row in rows],
        "marker": {
            "color": colour,
            "symbol": ["diamond" if row.run_id in ids else "circle" for row in rows],
            "size": [11 if row.run_id in ids else 8 for row in rows],
            "line": {"color": "@surface", "width": 1},
        },
        "hovertemplate": f"%{{text}}<br>%{{y:.2f}} %, %{{x}} {cost.unit}<extra>{name}</extra>",
    }


def row_name(row: BoardRow) -> str:
    """A model, and which pictures it saw where these are special."""
    return f"{row.model} {row.seen}".rstrip()


def price(row: BoardRow, cost: CostAxis) -> float:
    """The cost of a row in the unit of its figure, with six digits."""
    return float(f"{(cost.value(row) or 0.0) * cost.factor:.6g}")


def score(row: BoardRow, metric: str) -> float:
    """The score of a row in percent."""
    return round(100 * (row.scores[metric] or 0.0), 2)

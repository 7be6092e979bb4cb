"""The figures of a comparison: differences with their intervals, class by class and metric by metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.report.site.figures import axis, figure, label, line_shape, whiskers

if TYPE_CHECKING:
    from ferbench.comparison.findings import PairFinding
    from ferbench.report.site.figures import Figure

_ROW_PX = 34


def classes_difference_figure(pair: PairFinding) -> Figure:
    """Difference of recall, first minus second, one row a class; the whole test set on top."""
    rows = [(item.name, item.n, 100 * (item.first - item.second), item.low, item.high) for item in pair.classes]
    values = [value for _, _, value, _, _ in rows]
    lows = [value if low is None else 100 * low for _, _, value, low, _ in rows]
    highs = [value if high is None else 100 * high for _, _, value, _, high in rows]
    clear = [low > 0 or high < 0 for low, high in zip(lows, highs, strict=True)]
    points = {
        "type": "scatter",
        "mode": "markers",
        "y": [f"{label(name)} ({n:,})" for name, n, *_ in rows],
        "x": [round(value, 2) for value in values],
        "error_x": whiskers(values, lows, highs, "@accent"),
        "marker": {
            "color": "@accent",
            "size": 10,
            "symbol": ["circle" if sure else "circle-open" for sure in clear],
            "line": {"color": "@accent", "width": 2},
        },
        "hovertemplate": "%{y}: %{x:+.2f} points<extra></extra>",
    }
    return figure(
        [points],
        axis(f"{pair.first} minus {pair.second}, points of recall"),
        {"autorange": "reversed", "automargin": True, "type": "category"},
        shapes=[line_shape(x0=0, x1=0, y0=0, y1=1, xref="x", yref="paper")],
        height=90 + _ROW_PX * len(rows),
    )

"""The two figures of a run: recall by class, and confidence against what came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.report.site.figures import axis, figure, label, line_shape, percent_axis, whiskers

if TYPE_CHECKING:
    from ferbench.report.site.figures import Figure
    from ferbench.report.site.run_numbers import RunNumbers

_ROW_PX = 34


def classes_figure(numbers: RunNumbers) -> Figure:
    """One bar a class, the first on top, with its Wilson interval."""
    rows = [row for row in numbers.classes if row.recall is not None and row.low is not None and row.high is not None]
    values = [100 * (row.recall or 0.0) for row in rows]
    ends = ([100 * (row.low or 0.0) for row in rows], [100 * (row.high or 0.0) for row in rows])
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [f"{label(row.name)} ({row.n:,})" for row in rows],
        "x": [round(value, 2) for value in values],
        "error_x": whiskers(values, *ends, "@ink"),
        "marker": {"color": "@bar"},
        "hovertemplate": "%{y}: %{x:.2f} %<extra></extra>",
    }
    return figure(
        [bars],
        percent_axis("answered right", range=[0, 101]),
        {"autorange": "reversed", "automargin": True, "showgrid": False},
        height=90 + _ROW_PX * len(rows),
        bargap=0.45,
    )


def reliability_figure(numbers: RunNumbers) -> Figure:
    """Share of right answers over mean confidence above, number of images by confidence below."""
    bins = [item for item in numbers.bins if item.accuracy is not None and item.confidence is not None]
    most = max((item.n for item in bins), default=1)
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [round(100 * (item.confidence or 0.0), 2) for item in bins],
        "y": [round(100 * (item.accuracy or 0.0), 2) for item in bins],
        "customdata": [item.n for item in bins],
        "marker": {"color": "@accent", "size": [round(6 + 12 * (item.n / most) ** 0.5, 1) for item in bins]},
        "line": {"color": "@accent", "width": 1.5},
        "hovertemplate": "confidence %{x:.1f} %, right %{y:.1f} %, %{customdata} images<extra></extra>",
    }
    counts = {
        "type": "bar",
        "x": [round(50 * (item.low + item.high), 2) for item in numbers.bins],
        "y": [item.n for item in numbers.bins],
        "width": [round(100 * (item.high - item.low) - 0.8, 2) for item in numbers.bins],
        "marker": {"color": "@bar"},
        "yaxis": "y2",
        "hovertemplate": "%{y} images<extra></extra>",
    }
    return figure(
        [points, counts],
        percent_axis("confidence", range=[0, 101], anchor="y2"),
        percent_axis("answered right", range=[0, 103], domain=[0.3, 1]),
        yaxis2=axis("images", domain=[0, 0.2], nticks=3),
        shapes=[line_shape(x0=0, y0=0, x1=100, y1=100, xref="x", yref="y")],
        height=430,
    )

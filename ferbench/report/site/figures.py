"""Figures as plotly reads them: plain data, never an object a figure. Colours are names that the style sheet knows.

A colour such as `@accent` stands for the custom property `--accent` of the page, so that one figure serves the light
and the dark theme; everything that all figures share stands in assets/site.js.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ferbench.report.site.public import public

if TYPE_CHECKING:
    from collections.abc import Sequence

Trace = dict[str, Any]
Figure = dict[str, Any]

_LONGEST_LABEL = 34


def label(text: str, longest: int = _LONGEST_LABEL) -> str:
    """A foreign text in a figure: plotly reads `<b>` and `&lt;` as HTML does."""
    shown = public(text)
    return escape(shown if len(shown) <= longest else f"{shown[: longest - 1]}\u2026", quote=False)


def figure(data: Sequence[Trace], x: Trace, y: Trace, **layout: Any) -> Figure:
    """A figure with its two axes."""
    return {"data": list(data), "layout": {"xaxis": x, "yaxis": y, **layout}}


def axis(title: str, **options: Any) -> Trace:
    """An axis."""
    return {"title": {"text": title}, **options}


def percent_axis(title: str, **options: Any) -> Trace:
    """An axis of values that are given in percent."""
    return axis(title, ticksuffix=" %", **options)


def whiskers(values: Sequence[float], lows: Sequence[float], highs: Sequence[float], colour: str) -> Trace:
    """Intervals around values, as plotly wants them: lengths, not ends."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [round(high - value, 4) for value, high in zip(values, highs, strict=True)],
        "arrayminus": [round(value - low, 4) for value, low in zip(values, lows, strict=True)],
        "color": colour,
        "thickness": 1.5,
        "width": 0,
    }


def line_shape(**ends: Any) -> Trace:
    """A thin dashed line for comparison."""
    return {"type": "line", "line": {"color": "@muted", "width": 1.5, "dash": "dash"}, "layer": "below", **ends}

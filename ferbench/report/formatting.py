"""Numbers and foreign texts as tables show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ABSENT = "-"
#: Metrics that come first, with their headings on a board; accuracies as percentages.
HEADLINE = {"accuracy": "accuracy % (95 %)", "uar": "UAR %", "f1_macro": "macro-F1"}


def safe(value: object, style: str = "") -> Text:
    """A text that may come from a stranger: no markup is read, and control characters are shown, not obeyed."""
    printable = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in str(value))
    return Text(printable, style=style)


def headline_first(names: Iterable[str]) -> list[str]:
    """Names of metrics, those of HEADLINE first, the others by name."""
    return sorted(names, key=lambda name: (list(HEADLINE).index(name) if name in HEADLINE else len(HEADLINE), name))


def score_cell(scored: Mapping[str, Any], mode: str, name: str) -> Text:
    """A score of a run or of a slice of it, with its interval where it has one."""
    interval = scored["intervals"].get(mode, {}).get(name)
    value = scored["scores"].get(mode, {}).get(name)
    return Text(decimal(value) + (f"  ({percent_interval(interval)} %)" if interval else ""))


def percent(value: float | None) -> str:
    """0.9221 -> `92.21`."""
    return ABSENT if value is None else f"{100 * value:.2f}"


def percent_interval(interval: Sequence[float] | None) -> str:
    """(0.912, 0.931) -> `91.20 - 93.10`."""
    return ABSENT if interval is None else f"{100 * interval[0]:.2f} - {100 * interval[1]:.2f}"


def decimal(value: float | None, digits: int = 4) -> str:
    """A number with so many digits after the point."""
    return ABSENT if value is None else f"{value:.{digits}f}"


def millions(value: float | None) -> str:
    """58316594 -> `58.32 M`."""
    return ABSENT if value is None else f"{value / 1e6:.2f} M"


def giga(value: float | None) -> str:
    """8592404224 -> `8.592 G`."""
    return ABSENT if value is None else f"{value / 1e9:.3f} G"


def whole(value: int | None) -> str:
    """58316594 -> `58,316,594`."""
    return ABSENT if value is None else f"{value:,}"


def unit(value: float | None, name: str) -> str:
    """A measured number with its unit."""
    return ABSENT if value is None else f"{value:,.2f} {name}"

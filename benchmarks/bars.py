"""What a benchmark measured, beside what was asked of it: lines for people, and rows for `make bench`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One measured number. `at_least` or `at_most` is the bar, None where nothing was asked; `note` says how."""

    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the number is on the right side of its bar; a number without one always is."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    @property
    def asked(self) -> str:
        """The bar in words, empty where there is none."""
        low = "" if self.at_least is None else f"at least {self.at_least:g} {self.unit}"
        return low or ("" if self.at_most is None else f"at most {self.at_most:g} {self.unit}")

    def __str__(self) -> str:
        verdict = f"  [{self.asked}: {'yes' if self.holds else 'NO'}]" if self.asked else ""
        return f"{self.what}: {self.value:.4g} {self.unit}{verdict}{f'  ({self.note})' if self.note else ''}"


def report(bars: list[Bar], path: Path | None) -> None:
    """Print the bars, and write them as JSON rows where a path is given."""
    for bar in bars:
        print(bar)
    if path is not None:
        rows = [{**asdict(bar), "asked": bar.asked, "holds": bar.holds} for bar in bars]
        path.write_text(json.dumps(rows, indent=1), encoding="utf-8")

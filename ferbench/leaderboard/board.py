"""A board as data: its rows, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.leaderboard.rows import RunRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.emotions import LabelMode


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow(RunRow):
    """A run on a board: `rank` from 1, or None and the `reasons` for that.

    `group` is the number of its significance group on a board by accuracy in strict mode, None elsewhere; see
    `statistics.groups`. `on_front` says whether it is on the Pareto front that the view asked for, None where it was
    compared with nothing; see `pareto`.
    `scores` are its values by metric, None where a value does not exist; `intervals` the 95 % ones by metric, where
    there are any. `seen`, `views`, `left_out`, `labels`, `pixels`, `licence`, `origin` and `network_key` are those of
    `conditions.Conditions`. MACs and latency are those of one forward pass, and a picture takes one for each view.
    """

    rank: int | None
    group: int | None
    scores: Mapping[str, float | None]
    intervals: Mapping[str, tuple[float, float]]
    reasons: tuple[str, ...]
    seen: str
    views: int
    left_out: tuple[str, ...]
    labels: str
    pixels: str
    licence: str | None
    origin: str
    network_key: str
    on_front: bool | None = None

    @property
    def macs_a_picture(self) -> int | None:
        """MACs of the network for all views of a picture."""
        return None if self.macs is None else self.macs * self.views

    @property
    def latency_ms_a_picture(self) -> float | None:
        """Median latency of the network, in milliseconds, for all views of a picture, one after the other."""
        return None if self.latency_model_ms_p50 is None else self.latency_model_ms_p50 * self.views


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The runs on the same images with the same labels. Only here may numbers be compared.

    `ranked` are best first unless the view sorts them otherwise, equal values share a rank and are then in the order of
    their models' names; `unranked` are newest first. Of runs with one `run_key` only one is here: the newest that
    was measured here and may be ranked, else the newest imported one that may be, else the first without a rank.

    `more_ranked` and `more_unranked` rows are left out by the `top` of the view, `filtered` ones by its filters. Rows
    that are left out below the last one shown were not held against their seals: some may turn out unranked.
    """

    dataset: str
    split: str
    items_sha256: str
    n: int
    private: bool
    metric: str
    label_mode: LabelMode
    ranked: tuple[BoardRow, ...]
    unranked: tuple[BoardRow, ...]
    higher_is_better: bool = True
    more_ranked: int = 0
    more_unranked: int = 0
    filtered: int = 0

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        """All rows, the ranked ones first."""
        return self.ranked + self.unranked

    @property
    def mixed_inputs(self) -> bool:
        """Whether ranked rows saw different pixels of these images: it then compares systems, not models."""
        return len({(row.input, row.seen) for row in self.ranked}) > 1

    @property
    def left_out(self) -> tuple[str, ...]:
        """The classes of the data set whose images are no part of this board."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.left_out))

"""How a system saw the pictures of a board, and which classes were not evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard.documents import unsealed_record

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Conditions:
    """`seen` says how pictures were cut and how often each was looked at, empty for whole pictures looked at once.

    `left_out` are the classes of the data set whose images were not evaluated.
    """

    seen: str = ""
    left_out: tuple[str, ...] = ()


def conditions_of(text: str) -> Conditions:
    """The conditions in a stored record; those of a plain run where it is none, which other checks find."""
    try:
        record = unsealed_record(text)
        return Conditions(seen_in(record), tuple(str(name) for name in record.get("left_out") or ()))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Conditions()


def seen_in(record: Mapping[str, Any]) -> str:
    """How pictures were seen, such as `crop detect by mtcnn, align five_point, margin 0.2, TTA flip`."""
    preprocess, detector = record.get("preprocess") or {}, record.get("detector") or {}
    by = f" by {detector['name']}" if detector else ""
    crop, align, margin, tta = (
        preprocess.get("crop", "none"),
        preprocess.get("align", "none"),
        preprocess.get("margin", 0),
        record.get("tta", "none"),
    )
    parts = [
        "" if crop == "none" else f"crop {crop}{by}",
        "" if align == "none" else f"align {align}",
        f"margin {margin:g}" if margin else "",
        "" if tta == "none" else f"TTA {tta}",
    ]
    return ", ".join(part for part in parts if part)

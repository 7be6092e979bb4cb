"""What a record says about a row of a board: how pictures were seen, which they were, what the weights allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard.documents import unsealed_record

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Conditions:
    """`seen` says how pictures were cut and how often each was looked at, empty for whole pictures looked at once.

    `left_out` are the classes of the data set whose images were not evaluated. `labels` and `pixels` are the verdicts
    on both, such as `official`; empty where a record has none. `licence` is that of the weights, None where nobody
    says.
    """

    seen: str = ""
    left_out: tuple[str, ...] = ()
    labels: str = ""
    pixels: str = ""
    licence: str | None = None


def conditions_of(text: str) -> Conditions:
    """The conditions in a stored record; those of a plain run where it is none, which other checks find."""
    try:
        record = unsealed_record(text)
        licence = (record.get("weights") or {}).get("licence")
        return Conditions(
            seen=seen_in(record),
            left_out=tuple(str(name) for name in record.get("left_out") or ()),
            labels=verdict_in(record, "labels"),
            pixels=verdict_in(record, "pixels"),
            licence=None if licence is None else str(licence),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return Conditions()


def verdict_in(record: Mapping[str, Any], what: str) -> str:
    """The verdict on labels or pixels: `official`, `variant: ...`, `unknown`."""
    return str((record.get(what) or {}).get("text") or "")


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

"""What a record says about a row of a board: how pictures were seen, which they were, what the weights allow.

Boards find these facts in columns of their own, which are filled when a run is recorded; see `rows.run_values`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from ferbench.canonical import canonical_json
from ferbench.leaderboard.documents import unsealed_record
from ferbench.leaderboard.network import network_key

if TYPE_CHECKING:
    from collections.abc import Mapping

#: `origin` of a run that came in a bundle, and of one that was measured here.
IMPORTED: Literal["imported"] = "imported"
MEASURED: Literal[""] = ""
#: Precisions whose answers are their own.
REDUCED = ("tf32", "bf16", "fp16")
#: Views of a picture that a record can speak of; a stranger's may hold any number.
MOST_VIEWS = 1000


@dataclass(frozen=True, slots=True)
class Conditions:
    """`seen` says how pictures were cut, how often each was looked at, in which arithmetic; empty for whole pictures
    looked at once in float32.

    `views` is the number of views of a picture that the network sees: its cost is that of so many forward passes.
    `left_out` are the classes of the data set whose images were not evaluated. `labels` and `pixels` are the verdicts
    on both, such as `official`; empty where a record has none. `licence` is that of the weights, None where nobody
    says. `origin` is IMPORTED for a run that came in a bundle, else empty. `network_key` is equal for runs that differ
    in their weights alone, empty where a record does not say what was run.
    """

    seen: str = ""
    views: int = 1
    left_out: tuple[str, ...] = ()
    labels: str = ""
    pixels: str = ""
    licence: str | None = None
    origin: str = MEASURED
    network_key: str = ""


def conditions_of(record: Mapping[str, Any]) -> Conditions:
    """The conditions in a record; those of a plain run where it is not one of a run, which other checks find."""
    try:
        licence = (record.get("weights") or {}).get("licence")
        return Conditions(
            seen=seen_in(record),
            views=views_in(record),
            left_out=tuple(str(name) for name in record.get("left_out") or ()),
            labels=verdict_in(record, "labels"),
            pixels=verdict_in(record, "pixels"),
            licence=None if licence is None else str(licence),
            origin=IMPORTED if record.get("imported_from") else MEASURED,
            network_key=network_key(record),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return Conditions()


def condition_values(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a run that say its conditions."""
    return as_columns(conditions_of(record))


def stored_condition_values(text: Any) -> dict[str, Any]:
    """As `condition_values`, of what stands in place of a record: those of a plain run where it is none."""
    try:
        return condition_values(unsealed_record(text))
    except (TypeError, ValueError):
        return as_columns(Conditions())


def as_columns(conditions: Conditions) -> dict[str, Any]:
    """Conditions by the names of the columns of `run`."""
    values = asdict(conditions)
    return {**values, "left_out": canonical_json(values["left_out"])}


def verdict_in(record: Mapping[str, Any], what: str) -> str:
    """The verdict on labels or pixels: `official`, `variant: ...`, `unknown`."""
    return str((record.get(what) or {}).get("text") or "")


def views_in(record: Mapping[str, Any]) -> int:
    """How many views of a picture the network saw; 1 in records of runs that could not have more."""
    views = record.get("views", 1)
    return views if isinstance(views, int) and 1 <= views <= MOST_VIEWS else 1


def seen_in(record: Mapping[str, Any]) -> str:
    """How pictures were seen, such as `crop detect by mtcnn, align five_point, margin 0.2, TTA flip, in bf16`.

    Engines and the precision `guarded` are not in it: what they say is proved against float32, run by run.
    """
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
        f"in {record['precision']}" if record.get("precision") in REDUCED else "",
    ]
    return ", ".join(part for part in parts if part)

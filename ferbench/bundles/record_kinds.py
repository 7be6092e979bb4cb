"""The one list of the fields of a record that a bundle carries and accepts, and what they hold.

Annotations are read when a bundle is: what they name is imported at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal

from ferbench.cards import Preprocess
from ferbench.emotions import LabelMode  # noqa: TC001
from ferbench.execution import Execution
from ferbench.pipeline.leaks import Compared  # noqa: TC001
from ferbench.results import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """Where a model came from."""

    name: str
    distribution: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """Who cut the faces out."""

    name: str
    plugin: str
    plugin_version: str
    plugin_sha256: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict on labels or pixels."""

    kind: Literal["official", "variant", "unknown"]
    name: str
    text: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """What a guard said."""

    outcome: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A confusion matrix; a value that does not exist is null."""

    metric: str
    label_mode: LabelMode
    rows: list[str]
    columns: list[str]
    values: list[list[float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The commit of ferbench that ran, and whether it was changed since."""

    commit: str | None
    dirty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaking:
    """Images that other data hold, too."""

    compared: list[Compared]
    n: int
    ids: dict[str, list[str]]
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What came out over a part of the images."""

    n: int
    scores: dict[str, dict[str, float | None]]
    intervals: dict[str, dict[str, tuple[float, float]]]


#: What a record says of the machine, none of it required: versions of ferbench differ in what they ask a machine.
ENVIRONMENT_KINDS: dict[str, Any] = {
    **dict.fromkeys(("python", "platform", "machine", "cpu_name", "device", "device_name"), str),
    "packages": dict[str, str | None],
    "cpu_count": int | None,
    "cpu_capability": str | None,
    "cuda": str | None,
    "threads": int,
    "source": Source | None,
}
#: The fields of a record that leave the house, and their kinds. Anything else stays at home.
REQUIRED: dict[str, Any] = {
    "schema_version": int,
    "run_id": str,
    "run_key": str,
    "cost_key": str,
    "core_sha256": str,
    "predictions_sha256": str,
    "status": Literal["complete", "incomplete"],
    "ranked": bool,
    "not_ranked_because": list[str],
    "created_at": str,
    "model": str,
    "plugin": Plugin,
    "weights": dict[str, Any],
    "dataset": str,
    "private": bool,
    "split": str,
    "n": int,
    "items_sha256": str,
    "pixels_sha256": str,
    "input": str,
    "classes": list[str],
    "class_order_source": str,
    "dataset_classes": list[str],
    "output_kind": Literal["logits", "probabilities"],
    "preprocess": Preprocess,
    "tta": Literal["none", "flip", "tencrop"],
    "scores": dict[str, dict[str, float | None]],
    "intervals": dict[str, dict[str, tuple[float, float]]],
    "matrices": list[Table],
    "cost": Cost,
    "failures": dict[str, str],
    "warnings": list[str],
    "environment": dict[str, Any],
    "spec": dict[str, Any],
}
#: Fields that records of other versions lack.
OPTIONAL: dict[str, Any] = {
    "layout": str | None,
    "labels": Judged,
    "pixels": Judged,
    "left_out": dict[str, int],
    "foreign_answers": dict[str, int],
    "detector": Detector | None,
    "without_face": int,
    "views": int,
    "precision": str,
    "engine": str,
    "seed": int,
    "execution": Execution,
    "guards": dict[str, Guarded],
    "seconds": dict[str, float],
    "leaks": Leaking | None,
    "slices": dict[str, Part],
}
RECORD_KINDS = REQUIRED | OPTIONAL
WEIGHTS_KINDS: dict[str, Any] = {
    "name": str,
    "sha256": str,
    "loaded_percent": float | None,
    "selection": Literal["test-best", "val-best", "last", "unknown"],
    "extra_data": list[str] | None,
    "licence": str | None,
    "claimed_accuracy": float | None,
    "claim_source": str | None,
}
#: What was asked for, where it is no place on somebody's machine.
SPEC_KINDS: dict[str, Any] = {
    "model": str,
    "dataset": str,
    "model_options": dict[str, Any],
    "dataset_options": dict[str, Any],
    "split": str | None,
    "data_root": NoneType,
    "weights": str | None,
    "class_order": str | None,
    "accept_class_order": bool,
    "colour_order": str | None,
    "crop": str | None,
    "align": str | None,
    "margin": float | None,
    "detector": str | None,
    "detector_options": dict[str, Any],
    "tta": str,
    "classes": Literal["all", "shared"],
    "limit": int | None,
    "engine": str,
    "precision": str,
    "batch_size": int | Literal["auto"],
    "device": str,
    "threads": int | None,
    "workers": int | Literal["auto"],
    "seed": int,
    "metrics": list[str],
    "timing": bool,
    "command_line": list[str],
}

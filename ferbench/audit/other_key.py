"""What keeps the key of a recorded run from being that of a plan, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ferbench.canonical import finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.pipeline.resolve import Plan


def other_parts(plan: Plan, weights_sha256: str, record: Mapping[str, Any]) -> str:
    """The parts of a run key in which a record and a plan differ."""
    asked, recorded = parts_asked_for(plan, weights_sha256), parts_recorded(record)
    names = [name for name, value in asked.items() if recorded[name] != value]
    return ", ".join(names) or "version of its plugin, or other boxes"


def parts_asked_for(plan: Plan, weights_sha256: str) -> dict[str, Any]:
    """The parts of the run key of a plan."""
    values = {
        "weights": weights_sha256,
        "plugin": plan.model.origin.sha256,
        "model options": dict(plan.spec.model_options),
        "number of images": len(plan.rows),
        "classes": plan.classes,
        "preprocess": asdict(plan.preprocess),
        "detector": plan.detector.identity() if plan.detector else None,
        "tta": plan.spec.tta,
        "engine": plan.conduct.engine,
        "precision": plan.conduct.precision,
    }
    return {name: finite(value) for name, value in values.items()}


def parts_recorded(record: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the run key of a record; None where it does not say."""
    names = ("classes", "preprocess", "detector", "tta", "engine", "precision")
    return {
        "weights": record.get("weights", {}).get("sha256"),
        "plugin": record.get("plugin", {}).get("sha256"),
        "model options": record.get("spec", {}).get("model_options"),
        "number of images": record.get("n"),
        **{name: record.get(name) for name in names},
    }

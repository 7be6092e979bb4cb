"""What a checkpoint file says of itself beside its tensors: an accuracy, a class order. Claims, not measurements."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ferbench.cards import Claim
from ferbench.emotions import canonical_class, unique_order

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.emotions import ClassOrder
    from ferbench.pipeline.checkpoints import Checkpoint

#: Top-level keys under which trainings record an accuracy, the first that holds one counts.
ACCURACY_KEYS = ("best_acc", "best_accuracy", "accuracy", "acc", "val_acc", "val_accuracy")
#: The official training of POSTER names its files `epoch{N}_acc{A}.pth`; others do the same.
_ACCURACY_IN_NAME = re.compile(r"epoch\d+_acc(\d+(?:\.\d+)?)\.\w+(?:\.tar)?")


def recorded_claim(checkpoint: Checkpoint) -> Claim | None:
    """The accuracy that a file records, in percent; a number in (0, 1] is read as a fraction, and the source says so.

    Anything but a number from 0 to 100 is no accuracy.
    """
    in_text = {key: _number_in(text) for key, text in checkpoint.metadata.items()}
    for stated, where in ((checkpoint.content, "the checkpoint file"), (in_text, "the file's metadata")):
        for key in ACCURACY_KEYS:
            claim = _claim(stated.get(key), f"`{key}` in {where}")
            if claim:
                return claim
    return None


def claim_in_name(path: Path) -> Claim | None:
    """The accuracy that the name of a file states, such as `epoch35_acc0.9205.pth`."""
    match = _ACCURACY_IN_NAME.fullmatch(path.name)
    return _claim(_number_in(match[1]), f"the file name {path.name}") if match else None


def recorded_classes(checkpoint: Checkpoint | None) -> ClassOrder | None:
    """The class order that a file states under `classes`, or None where it names no known classes.

    A list, a text with commas between, or, in the metadata of safetensors, a list in JSON.

    Raises:
        UsageError: a class stands there twice.
    """
    if checkpoint is None:
        return None
    stated = checkpoint.content.get("classes", _listed(checkpoint.metadata.get("classes", "")))
    names = stated.split(",") if isinstance(stated, str) else stated
    if not isinstance(names, list | tuple):
        return None
    known = [canonical_class(str(name)) for name in names]
    return unique_order([name for name in known if name]) if known and None not in known else None


def _listed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _number_in(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _claim(value: Any, source: str) -> Claim | None:
    # A tensor and an array without dimensions alike; with dimensions they become lists.
    number = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= 100:
        return None
    if 0 < number <= 1:
        return Claim(accuracy_percent=round(100.0 * number, 10), source=f"{source}, read as a fraction")
    return Claim(accuracy_percent=float(number), source=source)

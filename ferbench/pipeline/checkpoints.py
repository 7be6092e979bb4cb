"""Checkpoint files: read safely, picked apart by declared rules, loaded strictly."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.errors import WeightsError, WeightsNotFound
from ferbench.pipeline.checkpoint_formats.recognise import recognise
from ferbench.pipeline.checkpoint_formats.refusals import damage_reported, damaged, shown
from ferbench.pipeline.checkpoint_formats.safetensors_file import read_safetensors
from ferbench.pipeline.checkpoint_formats.torch_legacy import read_torch_legacy
from ferbench.pipeline.checkpoint_formats.torch_zip import read_torch_zip
from ferbench.pipeline.strict_loading import load_strictly

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from torch import Tensor

    from ferbench.cards import WeightsRules
    from ferbench.pipeline.checkpoint_formats.recognise import Format

__all__ = ["Checkpoint", "load_strictly", "read_checkpoint", "recorded_accuracy", "sha256_file", "state_dict"]

_READERS = {"torch-zip": read_torch_zip, "torch-legacy": read_torch_legacy, "safetensors": read_safetensors}
_BLOCK = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A file that was read: plain data with CPU tensors, read-only numpy arrays and inert stand-ins in `content`."""

    path: Path
    sha256: str
    format: Format
    content: dict[str | int, Any]


def sha256_file(path: Path) -> str:
    """SHA-256 of a file in lower-case hexadecimal, read in blocks of 1 MiB.

    Raises:
        WeightsNotFound: There is no such file.
        WeightsError: It is a folder or a device, or it cannot be read.
    """
    _check_is_file(path)
    digest = hashlib.sha256()
    with damage_reported(str(path)), path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_checkpoint(path: Path) -> Checkpoint:
    """A checkpoint of torch (either format) or safetensors; nothing that the file names is executed.

    Raises:
        WeightsNotFound: There is no such file.
        UnsafeCheckpoint: It asks for a class or function other than tensors, numpy arrays and training recorders.
        WeightsError: It is damaged or cut off, or no checkpoint at all.
    """
    sha256 = sha256_file(path)
    found = recognise(path)
    content = _READERS[found](path)
    if not isinstance(content, dict):
        raise damaged(str(path), f"It holds a {type(content).__name__} and no tensors by name.")
    return Checkpoint(path, sha256, found, content)


def state_dict(checkpoint: Checkpoint, rules: WeightsRules) -> dict[str, Tensor]:
    """The tensors of the network by the names that the rules give them.

    Raises:
        WeightsError: There are no weights where the rules look, or two tensors end up with one name.
    """
    tensors: dict[str, Tensor] = {}
    for name, tensor in _weights(checkpoint, rules).items():
        renamed = _renamed(name, rules)
        if any(re.fullmatch(pattern, renamed) for pattern in rules.ignore):
            continue
        if renamed in tensors:
            raise _no_weights(checkpoint, f"By the rules of the model, two of its tensors are named {shown(renamed)}.")
        tensors[renamed] = tensor
    return tensors


def recorded_accuracy(checkpoint: Checkpoint) -> float | None:
    """The `best_acc` that a training wrote into its checkpoint, in percent; None when it holds none."""
    value: Any = checkpoint.content.get("best_acc")
    # A tensor and an array without dimensions alike; with dimensions they become lists.
    number = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    return float(number) if math.isfinite(number) else None


def _check_is_file(path: Path) -> None:
    asked = f"Reading the checkpoint {path}"
    if path.is_file():
        return
    if path.exists():
        raise WeightsError(asked, "It is a folder or a device, not a file.", "Name the checkpoint file itself.")
    raise WeightsNotFound(asked, "There is no such file.", "Check the path, or download the checkpoint first.")


def _weights(checkpoint: Checkpoint, rules: WeightsRules) -> dict[str, Tensor]:
    from torch import Tensor

    content = checkpoint.content
    key = next((key for key in rules.key if key in content), None)
    if key is None and {"state", "param_groups"} <= content.keys():
        raise _only_optimizer(checkpoint)
    weights = content if key is None else content[key]
    where = "The file has none of the expected keys, and" if key is None and rules.key else "The state dict"
    if not isinstance(weights, dict) or not weights:
        raise _no_weights(checkpoint, f"{where} holds no tensors by name.")
    strange = [name for name, value in weights.items() if type(name) is not str or not isinstance(value, Tensor)]
    if strange:
        raise _no_weights(checkpoint, f"{where} holds entries that are no tensors: {_few(strange)}.")
    return {str(name): tensor for name, tensor in weights.items()}


def _renamed(name: str, rules: WeightsRules) -> str:
    for prefix in rules.strip_prefixes:
        name = name.removeprefix(prefix)
    for pattern, replacement in rules.renames:
        name = re.sub(pattern, replacement, name)
    return name


def _few(names: Iterable[object]) -> str:
    listed = [shown(str(name)) for name in names]
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")


def _no_weights(checkpoint: Checkpoint, found: str) -> WeightsError:
    todo = "Check that this file belongs to the model, or ask the model's plugin for a rule for such files."
    return WeightsError(f"Finding the weights in {checkpoint.path}", found, todo)


def _only_optimizer(checkpoint: Checkpoint) -> WeightsError:
    return WeightsError(
        f"Finding the weights in {checkpoint.path}",
        "The file holds only the state of an optimizer (`state` and `param_groups`), and no weights. The official "
        "training script of POSTER V2 writes such a file as `...-model_best.pth`, by mistake.",
        "Use the file `...-model.pth` that the same training wrote beside it (the weights of its last epoch, not of "
        "its best), or the checkpoint that the authors released.",
    )

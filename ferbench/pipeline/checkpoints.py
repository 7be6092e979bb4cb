"""Checkpoint files: read safely, picked apart by declared rules, loaded strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ferbench.config import unreachable
from ferbench.errors import WeightsError, WeightsNotFound
from ferbench.pipeline.checkpoint_formats.outline import OutlineMaker, outline_of_safetensors
from ferbench.pipeline.checkpoint_formats.recognise import recognise
from ferbench.pipeline.checkpoint_formats.refusals import damaged, program
from ferbench.pipeline.checkpoint_formats.safetensors_file import read_safetensors, safetensors_metadata
from ferbench.pipeline.checkpoint_formats.torch_legacy import read_torch_legacy
from ferbench.pipeline.checkpoint_formats.torch_zip import read_torch_zip
from ferbench.pipeline.state_dicts import state_dict
from ferbench.pipeline.strict_loading import load_strictly
from ferbench.weight_pins import file_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ferbench.pipeline.checkpoint_formats.recognise import Format

__all__ = ["Checkpoint", "load_strictly", "read_checkpoint", "read_outline", "sha256_file", "state_dict"]

_READERS = {"torch-zip": read_torch_zip, "torch-legacy": read_torch_legacy, "safetensors": read_safetensors}
_OUTLINES: Mapping[str, Callable[[Path], object]] = {
    "torch-zip": partial(read_torch_zip, maker=OutlineMaker),
    "torch-legacy": partial(read_torch_legacy, maker=OutlineMaker),
    "safetensors": outline_of_safetensors,
}


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A file that was read: plain data with CPU tensors, read-only numpy arrays and inert stand-ins in `content`."""

    path: Path
    sha256: str
    format: Format
    content: dict[str | int, Any]
    #: What safetensors files may say beside their tensors.
    metadata: Mapping[str, str] = field(default_factory=dict)


def sha256_file(path: Path) -> str:
    """SHA-256 of a file in lower-case hexadecimal, read in blocks of 1 MiB.

    Raises:
        WeightsNotFound: There is no such file.
        WeightsError: It is a folder or a device, or it cannot be read.
    """
    _check_is_file(path)
    return file_sha256(path)


def read_checkpoint(path: Path) -> Checkpoint:
    """A checkpoint of torch (either format) or safetensors; nothing that the file names is executed.

    Raises:
        WeightsNotFound: There is no such file.
        UnsafeCheckpoint: It asks for a class or function other than tensors, numpy arrays and training recorders, or
            is a TorchScript archive.
        WeightsError: It is damaged or cut off, or no checkpoint at all.
    """
    return _read(path, _READERS)


def read_outline(path: Path) -> Checkpoint:
    """As `read_checkpoint`, as quick as hashing the file: of the tensors it has those of one number alone, as arrays.

    It needs no torch, and does not notice where bytes of the other tensors are missing.
    """
    return _read(path, _OUTLINES)


def _read(path: Path, readers: Mapping[str, Callable[[Path], object]]) -> Checkpoint:
    sha256 = sha256_file(path)
    found = recognise(path)
    if found in {"torchscript", "onnx"}:
        raise program(str(path), found)
    content = readers[found](path)
    if not isinstance(content, dict):
        raise damaged(str(path), f"It holds a {type(content).__name__} and no tensors by name.")
    metadata = safetensors_metadata(path) if found == "safetensors" else {}
    return Checkpoint(path, sha256, found, content, metadata)


def _check_is_file(path: Path) -> None:
    asked = f"Reading the checkpoint {path}"
    problem = unreachable(path)
    if problem:
        raise WeightsNotFound(asked, problem, "Check the path, or download the checkpoint first.")
    if not path.is_file():
        raise WeightsError(asked, "It is a folder or a device, not a file.", "Name the checkpoint file itself.")

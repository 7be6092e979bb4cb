"""The safetensors format: a length, a JSON header of that length, and the bytes of the tensors."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

from ferbench.pipeline.checkpoint_formats.refusals import damage_reported, damaged, shown

if TYPE_CHECKING:
    from pathlib import Path


def read_safetensors(path: Path) -> object:
    """The tensors of the file by name.

    Raises:
        WeightsError: The file is damaged, or has a dtype that this torch does not know.
    """
    import safetensors
    from safetensors.torch import load

    try:
        # Not mapped into memory: a file that changes while it is read would kill the process.
        return load(path.read_bytes())
    except (safetensors.SafetensorError, KeyError, TypeError, RuntimeError) as error:
        # The last three: a dtype or a shape that is valid in safetensors and cannot be had in torch.
        raise damaged(
            str(path), f"The safetensors file is damaged, or unknown to torch: {shown(str(error))}."
        ) from error


def safetensors_metadata(path: Path) -> dict[str, str]:
    """The texts by name beside the tensors of a file that `read_safetensors` has read."""
    with damage_reported(str(path)), path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    return {str(name): str(text) for name, text in header.get("__metadata__", {}).items()}

"""A checkpoint without its tensors: what else stands in the file, for those who do not need torch yet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ferbench.pipeline.checkpoint_formats.inert import StorageKind
from ferbench.pipeline.checkpoint_formats.refusals import damaged, shown
from ferbench.pipeline.checkpoint_formats.tensors import TensorMaker

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ferbench.pipeline.checkpoint_formats.inert import TensorPlan

#: The numbers of safetensors that numpy knows, and bfloat16.
_KINDS = {
    **{f"F{8 * size}": StorageKind(f"float{8 * size}", size) for size in (2, 4, 8)},
    **{f"I{8 * size}": StorageKind(f"int{8 * size}", size) for size in (1, 2, 4, 8)},
    "U8": StorageKind("uint8", 1),
    "BF16": StorageKind("bfloat16", 2),
}


class OutlineMaker(TensorMaker):
    """As its base, without torch: a tensor of one number becomes an array, any other stays the record of its place."""

    def _tensor(self, plan: TensorPlan) -> object:
        if math.prod(plan.size) != 1:
            return plan
        return numbers(self.read_storage(plan.storage), plan.storage.kind)[plan.offset].reshape(plan.size)


def numbers(data: bytes | bytearray, kind: StorageKind) -> NDArray[Any]:
    """(n,) the numbers in some bytes; those of bfloat16, which numpy lacks, as float32."""
    import numpy as np

    if kind.dtype != "bfloat16":
        return np.frombuffer(data, kind.dtype)
    return (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).view(np.float32)


def outline_of_safetensors(path: Path) -> object:
    """The numbers without dimensions among the tensors of the file, by name.

    Raises:
        WeightsError: The file is damaged.
    """
    import safetensors

    try:
        tensors = safetensors.deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise damaged(str(path), f"The safetensors file is damaged: {shown(str(error))}.") from error
    return {
        name: numbers(tensor["data"], _KINDS[tensor["dtype"]]).reshape(())
        for name, tensor in tensors
        if not tensor["shape"] and tensor["dtype"] in _KINDS
    }

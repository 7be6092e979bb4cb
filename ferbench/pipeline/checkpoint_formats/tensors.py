"""From inert records to tensors and arrays, once their sizes are known to fit the bytes of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.checkpoint_formats.inert import ArrayPlan, StandIn, TensorPlan
from ferbench.pipeline.checkpoint_formats.refusals import damaged

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from torch import Tensor

    from ferbench.pipeline.checkpoint_formats.inert import StorageRef

    #: Gives the bytes of a storage, or raises a WeightsError when the file has another number of them.
    ReadStorage = Callable[[StorageRef], bytes]

#: The official checkpoints nest 5 levels deep.
_DEEPEST_NESTING = 50


class TensorMaker:
    """Makes the content of one checkpoint; tensors that share a storage in the file share it here."""

    def __init__(self, read_storage: ReadStorage, source: str) -> None:
        self.read_storage = read_storage
        self._source = source
        self._storages: dict[str, Tensor] = {}
        # By identity: a pickle may name one list a million times, which must not cost a million copies.
        self._made: dict[int, object] = {}

    def make(self, node: object, depth: int = 0) -> object:
        """Plain data with tensors, read-only arrays and stand-ins instead of records."""
        if depth > _DEEPEST_NESTING:
            raise damaged(self._source, f"Its data are nested more than {_DEEPEST_NESTING} levels deep.")
        if id(node) not in self._made:
            self._made[id(node)] = self._make(node, depth + 1)
        return self._made[id(node)]

    def _make(self, node: object, depth: int) -> object:
        match node:
            case dict():
                made: object = {key: self.make(value, depth) for key, value in node.items()}
            case list():
                made = [self.make(value, depth) for value in node]
            case tuple():
                made = tuple(self.make(value, depth) for value in node)
            case StandIn():
                made = StandIn(node.class_name, {k: self.make(v, depth) for k, v in node.attributes.items()})
            case TensorPlan():
                made = self._tensor(node)
            case ArrayPlan():
                made = _array(node)
            case None | bool() | int() | float() | str() | bytes():
                made = node
            case _:
                raise damaged(self._source, f"Its pickle has a bare {type(node).__name__} among the data.")
        return made

    def _tensor(self, plan: TensorPlan) -> object:
        storage = self._storage(plan.storage)
        return storage.as_strided(plan.size, plan.stride, plan.offset)

    def _storage(self, ref: StorageRef) -> Tensor:
        if ref.key not in self._storages:
            self._storages[ref.key] = _flat_tensor(self.read_storage(ref), ref)
        return self._storages[ref.key]


def _flat_tensor(data: bytes, ref: StorageRef) -> Tensor:
    import torch

    dtype: torch.dtype = getattr(torch, ref.kind.dtype)
    if not data:
        return torch.empty(0, dtype=dtype)
    return torch.frombuffer(bytearray(data), dtype=dtype)


def _array(plan: ArrayPlan) -> np.ndarray:
    import numpy as np

    numbers = np.frombuffer(plan.data, dtype=np.dtype(plan.dtype.byteorder + plan.dtype.code))
    return numbers.reshape(plan.shape, order="F" if plan.fortran else "C")

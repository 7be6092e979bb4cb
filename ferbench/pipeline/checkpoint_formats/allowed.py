"""The names that a checkpoint's pickle may ask for, and what they mean here.

No name stands for the torch or numpy object that it names elsewhere: each stands for a function of this file, which
checks its arguments and returns a record of `inert`. A ValueError says that the arguments are not what torch or
numpy write; a TypeError, that their number is wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ferbench.pipeline.checkpoint_formats.inert import (
    ArrayPlan,
    DtypePlan,
    StandIn,
    StorageKind,
    StorageRef,
    TensorPlan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_LARGEST_SIZE = 2**31
_MOST_DIMENSIONS = 32
_BYTE_ORDERS = frozenset("<>|=")
_NUMBER_CODES = frozenset({"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"})


@dataclass(frozen=True, slots=True)
class Constructor:
    """What the REDUCE instruction may call."""

    call: Callable[..., object]


@dataclass(frozen=True, slots=True)
class StandInClass:
    """What the NEWOBJ instruction may make an object of."""

    name: str


def storage_reference(persistent_id: object) -> StorageRef:
    """The storage behind a persistent id of torch; its location (`cuda:0`) is not looked at: all loads to the CPU."""
    fields = _exactly(tuple, persistent_id)
    if len(fields) not in {5, 6} or fields[0] != "storage":
        raise ValueError("a persistent id that is no storage")
    if len(fields) == 6 and fields[5] is not None:
        raise ValueError("a view of a storage, which torch has not written since version 0.4")
    return StorageRef(_exactly(str, fields[2]), _exactly(StorageKind, fields[1]), _counts((fields[4],))[0])


def set_state(target: object, state: object) -> None:
    """What the BUILD instruction may do: complete one of our own records, never touch another object."""
    if type(target) is ArrayPlan:
        _set_array_state(target, state)
    elif type(target) is DtypePlan:
        _set_dtype_state(target, state)
    elif type(target) is StandIn:
        target.attributes.update(_attributes(state))
    elif type(target) is dict:
        # torch hangs `_metadata` on state dicts; nothing here reads it.
        _attributes(state)
    else:
        raise ValueError("a state for an object that has none")


def _exactly(kind: type[T], value: object) -> T:
    if type(value) is not kind:
        raise ValueError(f"a {type(value).__name__} where a {kind.__name__} belongs")
    return value


def _counts(values: object) -> tuple[int, ...]:
    numbers = tuple(_exactly(int, value) for value in _exactly(tuple, values))
    if len(numbers) > _MOST_DIMENSIONS or not all(0 <= number < _LARGEST_SIZE for number in numbers):
        raise ValueError("sizes that no tensor has")
    return numbers


def _attributes(state: object) -> dict[str, object]:
    return {_exactly(str, name): value for name, value in _exactly(dict, state).items()}


def _ordered_dict() -> dict[object, object]:
    return {}


def _tensor(storage: object, offset: object, size: object, stride: object) -> TensorPlan:
    ref = _exactly(StorageRef, storage)
    plan = TensorPlan(ref, _counts((offset,))[0], _counts(size), _counts(stride))
    if len(plan.size) != len(plan.stride):
        raise ValueError("a tensor with another number of strides than of dimensions")
    last = plan.offset + sum((n - 1) * step for n, step in zip(plan.size, plan.stride, strict=True))
    elements = math.prod(plan.size)
    if elements > ref.count or (elements > 0 and last >= ref.count):
        raise ValueError("a tensor larger than its storage")
    return plan


def _tensor_v2(
    storage: object,
    offset: object,
    size: object,
    stride: object,
    _requires_grad: object,
    _hooks: object,
    metadata: object = None,
) -> TensorPlan:
    # Conjugated and negated views: their numbers are not those that the storage holds.
    if metadata:
        raise ValueError("a tensor with lazy flags")
    return _tensor(storage, offset, size, stride)


def _parameter(data: object, _requires_grad: object, _hooks: object) -> TensorPlan:
    return _exactly(TensorPlan, data)


def _no_bytes() -> bytes:
    return b""


def _latin1(text: object, encoding: object) -> bytes:
    if encoding != "latin1":
        raise ValueError("bytes in another encoding than latin1")
    return _exactly(str, text).encode("latin1")


def _dtype(code: object, _align: object = False, _copy: object = True) -> DtypePlan:
    if _exactly(str, code) not in _NUMBER_CODES:
        raise ValueError("a numpy dtype that holds no plain numbers")
    return DtypePlan(_exactly(str, code))


def _set_dtype_state(dtype: DtypePlan, state: object) -> None:
    _version, byteorder, *structure = _exactly(tuple, state)[:5]
    if _exactly(str, byteorder) not in _BYTE_ORDERS or any(part is not None for part in structure):
        raise ValueError("a numpy dtype that holds no plain numbers")
    dtype.byteorder = _exactly(str, byteorder)


def _empty_array(kind: object, _shape: object, _code: object) -> ArrayPlan:
    if kind is not _NDARRAY:
        raise ValueError("a numpy array of another class")
    return ArrayPlan()


def _scalar(dtype: object, data: object) -> ArrayPlan:
    array = ArrayPlan()
    _set_array_state(array, (1, (), dtype, False, data))
    return array


def _set_array_state(array: ArrayPlan, state: object) -> None:
    _version, shape, dtype, fortran, data = _exactly(tuple, state)
    checked = ArrayPlan(_exactly(DtypePlan, dtype), _counts(shape), fortran is True, _exactly(bytes, data))
    if math.prod(checked.shape) * checked.dtype.itemsize != len(checked.data):
        raise ValueError("a numpy array with another number of bytes than its shape needs")
    array.dtype, array.shape = checked.dtype, checked.shape
    array.fortran, array.data = checked.fortran, checked.data


_NDARRAY = object()

_STORAGES = {
    "DoubleStorage": StorageKind("float64", 8),
    "FloatStorage": StorageKind("float32", 4),
    "HalfStorage": StorageKind("float16", 2),
    "BFloat16Storage": StorageKind("bfloat16", 2),
    "LongStorage": StorageKind("int64", 8),
    "IntStorage": StorageKind("int32", 4),
    "ShortStorage": StorageKind("int16", 2),
    "CharStorage": StorageKind("int8", 1),
    "ByteStorage": StorageKind("uint8", 1),
    "BoolStorage": StorageKind("bool", 1),
}

ALLOWED: Mapping[tuple[str, str], object] = {
    ("collections", "OrderedDict"): Constructor(_ordered_dict),
    ("torch._utils", "_rebuild_tensor"): Constructor(_tensor),
    ("torch._utils", "_rebuild_tensor_v2"): Constructor(_tensor_v2),
    ("torch._utils", "_rebuild_parameter"): Constructor(_parameter),
    **{("torch", name): kind for name, kind in _STORAGES.items()},
    # Protocol 2 has no bytes: numpy's are encoded text there, and a call of `bytes` where there are none.
    ("_codecs", "encode"): Constructor(_latin1),
    ("__builtin__", "bytes"): Constructor(_no_bytes),
    ("numpy", "dtype"): Constructor(_dtype),
    ("numpy", "ndarray"): _NDARRAY,
    # numpy 2 renamed numpy.core, and both spellings are in files that people have.
    ("numpy.core.multiarray", "_reconstruct"): Constructor(_empty_array),
    ("numpy._core.multiarray", "_reconstruct"): Constructor(_empty_array),
    ("numpy.core.multiarray", "scalar"): Constructor(_scalar),
    ("numpy._core.multiarray", "scalar"): Constructor(_scalar),
    ("__main__", "RecorderMeter"): StandInClass("RecorderMeter"),
    ("__main__", "RecorderMeter1"): StandInClass("RecorderMeter1"),
}

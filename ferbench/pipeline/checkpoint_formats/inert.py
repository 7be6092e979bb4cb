"""What the restricted unpickler makes: records of what a file describes, which do nothing and own no memory."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StorageKind:
    """One of torch's storage types: the name of its dtype in torch, and the bytes of an element."""

    dtype: str
    itemsize: int


@dataclass(frozen=True, slots=True)
class StorageRef:
    """A storage that the pickle refers to: `count` elements, stored in the file under `key`."""

    key: str
    kind: StorageKind
    count: int

    @property
    def nbytes(self) -> int:
        """Bytes that the storage must have."""
        return self.count * self.kind.itemsize


@dataclass(frozen=True, slots=True, eq=False)
class TensorPlan:
    """A tensor: a view of a storage that is known to lie inside it. Offset and strides count elements."""

    storage: StorageRef
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


@dataclass(slots=True, eq=False)
class DtypePlan:
    """A numpy dtype of plain numbers: its letter and size, such as `f4`, and its byte order."""

    code: str
    byteorder: str = "="

    @property
    def itemsize(self) -> int:
        """Bytes of an element."""
        return int(self.code[1:])


@dataclass(slots=True, eq=False)
class ArrayPlan:
    """A numpy array; until its state is set, an empty one of bytes."""

    dtype: DtypePlan = field(default_factory=lambda: DtypePlan("u1"))
    shape: tuple[int, ...] = (0,)
    fortran: bool = False
    data: bytes = b""


@dataclass(slots=True, eq=False)
class StandIn:
    """An object of a class that ferbench knows by name only: its attributes, and no behaviour."""

    class_name: str
    attributes: dict[str, object] = field(default_factory=dict)

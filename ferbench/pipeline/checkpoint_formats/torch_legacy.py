"""The format that `torch.save` wrote before torch 1.6, and still writes on request.

Five pickles one after the other (magic number, protocol version, facts of the machine, content, storage keys), then
for each key, in that order, the number of elements as int64 and the elements themselves.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ferbench.pipeline.checkpoint_formats.refusals import damage_reported, damaged
from ferbench.pipeline.checkpoint_formats.restricted_unpickler import LARGEST_PICKLE, RestrictedUnpickler
from ferbench.pipeline.checkpoint_formats.tensors import TensorMaker

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from ferbench.pipeline.checkpoint_formats.inert import StorageRef

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_COUNT = struct.Struct("<q")


def read_torch_legacy(path: Path, maker: type[TensorMaker] = TensorMaker) -> object:
    """The content of the file: plain data with tensors, as `maker` makes them.

    Raises:
        UnsafeCheckpoint: It asks for code.
        WeightsError: It is damaged, or a pickle that `torch.save` did not write.
    """
    source = str(path)
    with damage_reported(source), path.open("rb") as file:
        size = path.stat().st_size
        head = file.read(min(size, LARGEST_PICKLE))
        start = _after_preamble(head, source)
        content = RestrictedUnpickler(head, source, start)
        tree = content.load()
        keys = RestrictedUnpickler(head, source, content.position)
        storages = _ordered(content.storages, keys.load(), source)
        reader = _StorageReader(file, source, size, keys.position, storages)
        return maker(reader.storage, source).make(tree)


def _after_preamble(head: bytes, source: str) -> int:
    position, facts = 0, []
    for _ in range(3):
        machine = RestrictedUnpickler(head, source, position)
        facts.append(machine.load())
        position = machine.position
        if facts[0] != _MAGIC:
            raise damaged(source, "It is a pickle that torch.save did not write.")
    if facts[1] != _PROTOCOL or not isinstance(facts[2], dict) or facts[2].get("little_endian") is not True:
        raise damaged(source, "It was written by an unknown version of torch, or on a big-endian machine.")
    return position


def _ordered(storages: dict[str, StorageRef], keys: object, source: str) -> list[StorageRef]:
    if not isinstance(keys, list) or not all(type(key) is str for key in keys) or sorted(keys) != sorted(storages):
        raise damaged(source, "Its tensors and its list of tensors do not agree.")
    return [storages[key] for key in keys]


class _StorageReader:
    """Where each storage lies in the file, from the sizes that the pickle announced."""

    def __init__(self, file: BinaryIO, source: str, file_size: int, start: int, storages: list[StorageRef]) -> None:
        self._file = file
        self._source = source
        self._starts: dict[str, int] = {}
        for ref in storages:
            self._starts[ref.key] = start
            start += _COUNT.size + ref.nbytes
        if start > file_size:
            raise damaged(source, f"Its tensors need {start} bytes and the file has {file_size}: it is cut off.")

    def storage(self, ref: StorageRef) -> bytes:
        self._file.seek(self._starts[ref.key])
        (count,) = _COUNT.unpack(self._file.read(_COUNT.size))
        if count != ref.count:
            raise damaged(self._source, f"Its pickle announces {ref.count} elements and there are {count}.")
        return self._file.read(ref.nbytes)

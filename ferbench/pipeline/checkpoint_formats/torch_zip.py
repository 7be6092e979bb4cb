"""The zip format that `torch.save` has written since torch 1.6.

An archive `NAME/` with the pickle `data.pkl`, one uncompressed member `data/KEY` for each storage, and `byteorder`.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from ferbench.pipeline.checkpoint_formats.refusals import damage_reported, damaged
from ferbench.pipeline.checkpoint_formats.restricted_unpickler import LARGEST_PICKLE, RestrictedUnpickler
from ferbench.pipeline.checkpoint_formats.tensors import TensorMaker

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.pipeline.checkpoint_formats.inert import StorageRef

_ENCRYPTED = 0x1


def read_torch_zip(path: Path, maker: type[TensorMaker] = TensorMaker) -> object:
    """The content of the file: plain data with tensors, as `maker` makes them.

    Raises:
        UnsafeCheckpoint: It asks for code.
        WeightsError: It is damaged, or no archive that torch writes.
    """
    with damage_reported(str(path)), zipfile.ZipFile(path) as archive:
        reader = _ArchiveReader(archive, path)
        machine = RestrictedUnpickler(reader.pickle(), reader.source)
        return maker(reader.storage, reader.source).make(machine.load())


class _ArchiveReader:
    """The members of one archive, checked before any of them is read."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.source = str(path)
        self._archive = archive
        self._members = {info.filename: info for info in archive.infolist()}
        self._root = self._find_root()
        self._refuse_bombs(path.stat().st_size)
        self._refuse_big_endian()

    def _find_root(self) -> str:
        roots = [name.removesuffix("data.pkl") for name in self._members if name.endswith("/data.pkl")]
        if len(roots) != 1:
            raise damaged(self.source, f"A zip archive with {len(roots)} members data.pkl: no torch checkpoint.")
        return roots[0]

    def _refuse_bombs(self, file_size: int) -> None:
        members = self._archive.infolist()
        if len(members) != len(self._members):
            raise damaged(self.source, "The archive has two members of one name.")
        if any(m.compress_type != zipfile.ZIP_STORED or m.flag_bits & _ENCRYPTED for m in members):
            raise damaged(self.source, "The archive has compressed or encrypted members, which torch never writes.")
        if sum(m.file_size for m in members) > file_size:
            raise damaged(self.source, f"Its members claim more bytes than the {file_size} of the file.")

    def _refuse_big_endian(self) -> None:
        order = self._members.get(f"{self._root}byteorder")
        if order is not None and self._archive.read(order) != b"little":
            raise damaged(self.source, "Its numbers are not in little-endian byte order.")

    def pickle(self) -> bytes:
        info = self._members[f"{self._root}data.pkl"]
        if info.file_size > LARGEST_PICKLE:
            raise damaged(self.source, f"Its pickle has {info.file_size} bytes; {LARGEST_PICKLE} is the limit.")
        return self._archive.read(info)

    def storage(self, ref: StorageRef) -> bytes:
        info = self._members.get(f"{self._root}data/{ref.key}")
        if info is None or info.file_size != ref.nbytes:
            found = "no bytes" if info is None else f"{info.file_size} bytes"
            raise damaged(self.source, f"Its pickle announces {ref.nbytes} bytes of a tensor and there are {found}.")
        return self._archive.read(info)

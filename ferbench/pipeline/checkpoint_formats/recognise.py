"""Which format a checkpoint file has, by its first bytes and never by its name."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Literal, TypeAlias

from ferbench.errors import WeightsError
from ferbench.pipeline.checkpoint_formats.refusals import damage_reported, damaged
from ferbench.web_page import is_web_page

if TYPE_CHECKING:
    from pathlib import Path

#: The last two hold a network and its weights in one; they are recognised and not read.
Format: TypeAlias = Literal["torch-zip", "torch-legacy", "safetensors", "torchscript", "onnx"]

_HEADER_LENGTH = struct.Struct("<Q")
#: What may follow the version in an ONNX file, by the numbers of the fields: producer, domain, graph, operator sets ...
_ONNX_FIELDS = frozenset(b"\x12\x1a\x22\x28\x32\x3a\x42")
_OTHER_FILES = {
    b"version https://git-lfs": "It is the pointer of a Git LFS file, not the file itself.",
    b"\x1f\x8b": "It is a gzip archive.",
    b"Rar!": "It is a RAR archive.",
    b"7z\xbc\xaf\x27\x1c": "It is a 7-Zip archive.",
    b"\x89HDF": "It is an HDF5 file, as Keras writes them.",
}


def recognise(path: Path) -> Format:
    """The format of an existing file.

    Raises:
        WeightsError: It is empty, a web page, or anything else that is no checkpoint of torch.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise damaged(str(path), "The file is empty.")
    # First of all: the length of a header can look like the first byte of a pickle.
    if head[5:9] == b"\0\0\0{":
        _check_header_length(path, head, size)
        return "safetensors"
    if head.startswith(b"PK\x03\x04"):
        return "torchscript" if _is_program(path) else "torch-zip"
    if head.startswith(b"\x80"):
        return "torch-legacy"
    if len(head) > 2 and head[0] == 0x08 and 0 < head[1] < 0x80 and head[2] in _ONNX_FIELDS:
        return "onnx"
    raise _unknown(path, head)


def _check_header_length(path: Path, head: bytes, size: int) -> None:
    (length,) = _HEADER_LENGTH.unpack(head[:8])
    if length > size - _HEADER_LENGTH.size:
        raise damaged(str(path), f"Its header claims {length} bytes and the file has {size}.")


def _is_program(path: Path) -> bool:
    with damage_reported(str(path)), zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def _unknown(path: Path, head: bytes) -> WeightsError:
    if is_web_page(head):
        return WeightsError(
            f"Reading the checkpoint {path}",
            "It is a web page, not a checkpoint: the download ended on a page that asks for a login or a click.",
            "Download it again in a browser, or with a tool that confirms large files (such as gdown).",
        )
    other = next((found for start, found in _OTHER_FILES.items() if head.startswith(start)), None)
    return damaged(str(path), other or f"It is no checkpoint of torch: it begins with {head[:8]!r}.")

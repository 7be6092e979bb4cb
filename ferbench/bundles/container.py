"""The file itself: a zip of stored members, of which equal content gives equal bytes. It may come from a stranger.

Nothing is compressed, so nothing grows when it is read, and one changed byte changes one field and no other.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUFFIX = ".ferbench"
#: What a file may take: outputs of 1 GiB, and as much again for what describes them.
MAX_BYTES = 2**31
MAX_MEMBERS = 72
MEMBER_NAME = re.compile(r"[a-z_]{1,32}\.json|outputs/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\.f32", re.ASCII)

#: The earliest time that a zip can state: members have no time of their own.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _PLAIN_FILE = 3, 0o644 << 16
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, OSError, OverflowError, ValueError, struct.error, RuntimeError)


def pack(members: Mapping[str, bytes]) -> bytes:
    """The file of some members, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.create_system, info.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(info, content)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The members of a file by name. Whether they are intact is another question: checksums of the zip are not read.

    Raises:
        ValueError: it is no zip, or holds what no bundle holds: another name, a name twice, compressed or encrypted
            members, more bytes than the file has.
    """
    return {info.filename: member(content, info) for info in directory(content)}


def directory(content: bytes) -> Iterator[zipfile.ZipInfo]:
    """The entries of the zip's directory, each once it is known to be harmless."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except _UNREADABLE as error:
        raise ValueError(f"it is no zip file, or a damaged one: {error}") from error
    if len(entries) > MAX_MEMBERS:
        raise ValueError(f"it has {len(entries)} members, more than {MAX_MEMBERS}")
    if sum(entry.file_size for entry in entries) > len(content):
        raise ValueError("its members are larger than the file")
    seen: set[str] = set()
    for entry in entries:
        require_harmless(entry, seen)
        seen.add(entry.filename)
        yield entry


def require_harmless(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    """ValueError for an entry that no bundle has."""
    if not MEMBER_NAME.fullmatch(entry.filename):
        raise ValueError(f"a member is called {entry.filename!r}")
    if entry.filename in seen:
        raise ValueError(f"the member {entry.filename} stands twice")
    if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
        raise ValueError(f"the member {entry.filename} is compressed")
    if entry.flag_bits & _ENCRYPTED:
        raise ValueError(f"the member {entry.filename} is encrypted")


def member(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a stored member."""
    start = entry.header_offset
    header = content[start : start + _LOCAL_HEADER] if start >= 0 else b""
    if len(header) < _LOCAL_HEADER:
        raise ValueError(f"the member {entry.filename} lies outside the file")
    name_length, extra_length = struct.unpack("<HH", header[-4:])
    start += _LOCAL_HEADER + name_length + extra_length
    found = content[start : start + entry.file_size]
    if len(found) < entry.file_size:
        raise ValueError(f"the member {entry.filename} is cut off")
    return found

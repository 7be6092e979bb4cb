"""What kind of file system a file lies on, and whether other machines may see the file, too."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Types, as /proc/self/mountinfo names them, whose files more than one machine (or host and guest) can open. On them
#: processes do not surely see each other's memory maps of a file, which is what SQLite's WAL is built on.
NETWORK = frozenset({
    "9p", "acfs", "afs", "auristorfs", "beegfs", "ceph", "cifs", "coda", "cvfs", "fhgfs", "fuse", "gfs", "gfs2",
    "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb2",
    "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "wekafs",
})  # fmt: skip
#: Types of programs that serve files, such as `fuse.sshfs` and `fuse.glusterfs`. (`fuseblk` is a disk of this machine.)
_SERVED = "fuse."

_MOUNTS = Path("/proc/self/mountinfo")
_DESCRIPTORS = Path("/proc/self/fdinfo")


def network_type(path: Path) -> str:
    """Type of the network file system that a path lies on, such as `nfs4`; empty where it lies on a local one.

    Links are followed, and a file that does not exist lies where it would be made. Only Linux is asked: elsewhere, and
    where the system does not tell, every file system is taken for a local one.
    """
    kind = type_at(path)
    return kind if kind in NETWORK or kind.startswith(_SERVED) else ""


def type_at(path: Path) -> str:
    """Type of the file system that a path lies on; empty where that is not known."""
    if not hasattr(os, "O_PATH"):
        return ""
    with suppress(OSError):
        # In this order: a folder that is mounted when it is entered is in the list only after it was.
        mount = mount_of(path)
        return type_of(mount, _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
    return ""


def mount_of(path: Path) -> str:
    """Id of the mount that a path lies on: that of the file, or of the nearest folder above it that there is.

    Raises:
        OSError: the system does not tell.
    """
    descriptor = opened(path)
    try:
        told = (_DESCRIPTORS / str(descriptor)).read_text(encoding="utf-8")
    finally:
        os.close(descriptor)
    return next((line.split()[1] for line in told.splitlines() if line.startswith("mnt_id:")), "")


def opened(path: Path) -> int:
    """A descriptor of the place of a path.

    O_PATH opens it for nothing but its place. Whoever opens a database in earnest and closes it again drops the locks
    that SQLite holds on it in the same process, and so its protection from others.

    Raises:
        OSError: not even the root folder can be entered.
    """
    for place in places(Path(os.path.realpath(path))):
        with suppress(OSError):
            return os.open(place, os.O_PATH | os.O_CLOEXEC)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def places(path: Path) -> Iterator[str]:
    """A path and the folders above it; the dot behind a folder enters it, and so has it mounted where that is due."""
    yield str(path)
    yield from (os.path.join(folder, ".") for folder in path.parents)  # noqa: PTH118 - pathlib would drop the dot


def type_of(mount: str, mounts: str) -> str:
    """Type of a mount by its id, in the lines of /proc/self/mountinfo; empty where it is not among them.

    A line is `ID PARENT MAJOR:MINOR ROOT PLACE OPTIONS [FIELD ...] - TYPE SOURCE OPTIONS`; blanks within are escaped.
    """
    for line in mounts.split("\n"):
        fields = line.split(" ")
        if fields[0] == mount and "-" in fields[6:-1]:
            return fields[fields.index("-", 6) + 1]
    return ""

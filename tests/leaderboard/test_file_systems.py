"""Which file system a path lies on: read from what Linux says of mounts, in samples and on real ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ferbench.leaderboard import file_systems
from ferbench.leaderboard.file_systems import mount_of, network_type, type_at, type_of
from tests.leaderboard.processes import ROOT

#: Lines of several machines: no optional field, one, several; escaped blanks; a folder named like the separator.
MOUNTS = r"""22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:44 / /home rw,nosuid shared:2 master:7 propagate_from:2 - nfs4 server:/export/home rw,vers=4.2
31 22 0:45 / /mnt/our\040results\134old rw - cifs //server/our\040results rw,vers=3.1.1
32 22 0:46 / /mnt/- rw,relatime - fuse.sshfs me@host:/data rw,user_id=1000
33 30 0:47 /sub /home/scratch rw shared:9 - xfs /dev/sdb1 rw
34 22 0:48 / /lustre rw - lustre 10.0.0.1@tcp:/fs rw
35 22 8:17 / /media/stick rw - fuseblk /dev/sdc1 rw
3 22 0:49 / /three rw - tmpfs - rw
36 22 0:50
"""


@pytest.mark.parametrize(
    ("mount", "kind"),
    [
        ("22", "ext4"),
        ("30", "nfs4"),
        ("31", "cifs"),
        ("32", "fuse.sshfs"),
        ("33", "xfs"),
        ("34", "lustre"),
        ("35", "fuseblk"),
        ("3", "tmpfs"),
        ("36", ""),
        ("99", ""),
        ("", ""),
    ],
)
def test_the_type_of_a_mount_is_read_from_its_line(mount, kind):
    """Found by the id alone, whatever optional fields and escaped names stand before the type; else not known."""
    assert type_of(mount, MOUNTS) == kind


@pytest.mark.parametrize(
    "kind",
    [
        "nfs", "nfs4", "lustre", "gpfs", "cifs", "smb3", "smbfs", "ceph", "beegfs", "afs", "9p", "virtiofs", "fuse",
        "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs",
    ],
)  # fmt: skip
def test_types_that_machines_share_are_network_types(kind, tmp_path, monkeypatch):
    """Each of them is named for a path on it."""
    monkeypatch.setattr(file_systems, "type_at", {tmp_path: kind}.get)

    assert network_type(tmp_path) == kind


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "apfs", ""])
def test_types_of_disks_of_this_machine_are_not(kind, tmp_path, monkeypatch):
    """A local type, or none that is known, is no network type."""
    monkeypatch.setattr(file_systems, "type_at", {tmp_path: kind}.get)

    assert network_type(tmp_path) == ""


def test_where_the_system_does_not_tell_everything_is_local(tmp_path, monkeypatch):
    """Without /proc, or without the means to ask, no type is known."""
    monkeypatch.setattr(file_systems, "_MOUNTS", tmp_path / "mountinfo")
    assert type_at(tmp_path) == ""

    monkeypatch.delattr(os, "O_PATH")
    assert type_at(tmp_path) == ""


linux = pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux says where files lie")


@linux
def test_a_path_that_is_not_there_lies_where_it_would_be_made(tmp_path):
    """The mount of a file that does not exist, folders included, is that of the nearest folder; links are followed."""
    (tmp_path / "to_processes").symlink_to("/proc/self")
    (tmp_path / "nowhere").symlink_to("/proc/self/no/such/file")

    assert mount_of(tmp_path / "no" / "such" / "board.sqlite") == mount_of(tmp_path)
    assert type_at(tmp_path / "to_processes" / "status") == "proc"
    assert type_at(tmp_path / "nowhere") == "proc"


@linux
def test_asking_where_a_file_lies_leaves_its_locks_alone(tmp_path):
    """A lock that this process holds on the file is still held: another process cannot take it."""
    import fcntl

    path = tmp_path / "locked"
    code = f"import fcntl; fcntl.lockf(open({str(path)!r}, 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with path.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        type_at(path)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "BlockingIOError" in done.stderr


#: Mounts of a namespace of the test's own: a tmpfs, another beside it, a file of the first bound over one outside, a
#: folder outside bound into the tmpfs, and all of a tree hidden below a later mount.
MOUNTING = """\
set -e
mount -t tmpfs one "$0/in side"
mkdir "$0/in side/deep" "$0/in side/bound"
mount --bind "$0/outside" "$0/in side/bound"
touch "$0/in side/file"
mount --bind "$0/in side/file" "$0/outside/file"
mount -t tmpfs two "$0/hidden/below"
mount --bind "$0/outside" "$0/hidden"
exec "$@"
"""
SAY = """\
import sys
from pathlib import Path
from pathlib import Path
from ferbench.leaderboard.file_systems import type_at
print(*(type_at(Path(place)) for place in sys.argv[1:]))
"""
NAMESPACE = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")


@linux
def test_real_mounts_are_told_apart(tmp_path):
    """Files below a mount, files and folders bound elsewhere, and a mount that another one hides."""
    for name in ("in side", "outside", "hidden/below", "outside/below"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "outside" / "file").touch()
    asked = ["in side/deep/new/board.sqlite", "in side/bound/x", "outside/x", "outside/file", "hidden/below/x"]
    if shutil.which("unshare") is None:
        pytest.skip("this machine has no unshare")
    command = [
        *NAMESPACE,
        "sh",
        "-c",
        MOUNTING,
        tmp_path,
        sys.executable,
        "-c",
        SAY,
        *(tmp_path / one for one in asked),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout:
        pytest.skip(f"this machine lets nobody mount: {done.stderr}")

    here = type_at(tmp_path)
    assert done.stdout.split() == ["tmpfs", here, here, "tmpfs", here]

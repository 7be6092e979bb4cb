"""Writers of checkpoint files for tests: like the official ones, and like those of an attacker."""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: What the official training of POSTER V2 does at the end of an epoch, with a tiny network on the CPU.
OFFICIAL_TRAINING = """
import sys
from pathlib import Path
import numpy as np
import torch

class RecorderMeter:
    def __init__(self, total_epoch):
        self.total_epoch = total_epoch
        self.current_epoch = 1
        self.epoch_losses = np.full((total_epoch, 2), 0.25, dtype=np.float32)
        self.epoch_accuracy = np.zeros((total_epoch, 2), dtype=np.float32)

class RecorderMeter1:
    def __init__(self):
        self.y_pred = np.array([0, 3, 6])
        self.y_true = torch.tensor([0, 3, 5])

folder = Path(sys.argv[1])
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(4, 7))
optimizer = torch.optim.Adam(net.parameters(), lr=3.5e-5)
net(torch.rand(2, 3, 3, 3)).sum().backward()
optimizer.step()
state = {
    "epoch": 12,
    "state_dict": torch.nn.DataParallel(net).state_dict(),
    "best_acc": torch.tensor(92.211),
    "optimizer": optimizer.state_dict(),
    "recorder1": RecorderMeter1(),
    "recorder": RecorderMeter(3),
}
np.savez(folder / "expected.npz", **{name: tensor.numpy() for name, tensor in net.state_dict().items()})
torch.save(state, folder / "model.pth")
torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
torch.save(state, folder / "protocol4.pth", pickle_protocol=4)
torch.save(state.pop("optimizer"), folder / "model_best.pth")
"""


def train_officially(folder: Path) -> Path:
    """Let a script of its own write model.pth, legacy.pth, protocol4.pth, model_best.pth and expected.npz."""
    script = folder / "main.py"
    script.write_text(OFFICIAL_TRAINING)
    subprocess.run([sys.executable, str(script), str(folder)], check=True)
    return folder


def pickle_of(path: Path) -> bytes:
    """The pickle inside a checkpoint in torch's zip format."""
    with zipfile.ZipFile(path) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("data.pkl")]
        return archive.read(name)


def with_pickle(path: Path, pickled: bytes, target: Path) -> Path:
    """A copy of a checkpoint in torch's zip format, with another pickle."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, pickled if name.endswith("data.pkl") else archive.read(name))
    return target


def torch_zip(target: Path, pickled: bytes, storages: dict[str, bytes] | None = None) -> Path:
    """A checkpoint in torch's zip format from its parts."""
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        for key, data in (storages or {}).items():
            archive.writestr(f"archive/data/{key}", data)
    return target


def text(value: str) -> bytes:
    """The instruction that pushes a text."""
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def tensor(count: int, size: int, stride: int = 1, offset: int = 0) -> bytes:
    """The instructions that push a float32 tensor of one dimension over storage `0` of `count` elements."""
    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + _number(count) + b"tQ"
    geometry = _number(offset) + _number(size) + b"\x85" + _number(stride) + b"\x85"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + geometry + b"\x89}tR"


def under_key(value: bytes) -> bytes:
    """A whole pickle: a dict that holds, under `weight`, what the instructions push."""
    return b"\x80\x02}" + text("weight") + value + b"s."


def _number(value: int) -> bytes:
    return b"\x8a\x10" + value.to_bytes(16, "little", signed=True)

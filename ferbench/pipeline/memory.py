"""How much memory something took at its peak, and how much is left."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

MIB = 2**20
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_MEMINFO = Path("/proc/meminfo")
#: Written to `clear_refs`, it lowers the peak resident set to what is resident now; see proc_pid_clear_refs(5).
_PEAK_TO_NOW = "5"
_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        "/sys/fs/cgroup/memory/memory.stat",
    ),
)


@dataclass(slots=True)
class Peak:
    """MiB in use when it began, and at most until it ended; None where that cannot be asked for, or has not ended."""

    before_mib: float | None
    mib: float | None = None

    @property
    def grown_mib(self) -> float | None:
        """How far the peak lies above the beginning."""
        return None if self.mib is None or self.before_mib is None else self.mib - self.before_mib


@contextmanager
def peak_memory(device: torch.device) -> Iterator[Peak]:
    """The peak of what runs inside, as `peak_memory_mib` has it; it stands in `Peak.mib` at the end. Not to be nested.

    Where the peak cannot be reset (a CPU outside Linux, or a /proc that may not be written) what runs inside has a peak
    of its own only if it needs more than anything before it in the process; else the peak is not known.
    """
    fresh = reset_peak_memory(device)
    before, peak = peak_memory_mib(device), Peak(memory_now_mib(device))
    try:
        yield peak
    finally:
        reached = peak_memory_mib(device)
        peak.mib = reached if fresh or reached != before else None


def reset_peak_memory(device: torch.device) -> bool:
    """Lower the peak of a device to what is in use now; False where the system does not let us."""
    if device.type == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats(device)
        return True
    if device.type != "cpu" or sys.platform != "linux":
        return False
    try:
        _CLEAR.write_text(_PEAK_TO_NOW)
    except OSError:
        return False
    return True


def peak_memory_mib(device: torch.device) -> float | None:
    """Peak memory in MiB since the last `reset_peak_memory`; None where it cannot be asked for.

    CUDA: most memory that tensors took. CPU: peak resident set of this whole process: Python, torch, weights, images
    and all, not of a network alone.
    """
    if device.type == "cuda":
        import torch

        return float(torch.cuda.max_memory_allocated(device) / MIB)
    return _peak_resident_mib() if device.type == "cpu" else None


def memory_now_mib(device: torch.device) -> float | None:
    """MiB in use now, counted as `peak_memory_mib` counts."""
    if device.type == "cuda":
        import torch

        return float(torch.cuda.memory_allocated(device) / MIB)
    return _told_mib(_STATUS, "VmRSS") if device.type == "cpu" and sys.platform == "linux" else None


def memory_left_mib(device: torch.device) -> float | None:
    """MiB that a process can still get; None where nobody says. Of CUDA too: it says so itself, by an error."""
    if device.type != "cpu" or sys.platform != "linux":
        return None
    machine = _told_mib(_MEMINFO, "MemAvailable")
    return min([*([] if machine is None else [machine]), *_left_in_cgroups_mib()], default=None)


def release_memory() -> None:
    """Give back what torch keeps of the memory of CUDA devices for later; without any it does nothing."""
    import torch

    torch.cuda.empty_cache()


def _peak_resident_mib() -> float | None:
    if sys.platform == "win32":
        return None
    if sys.platform == "linux":
        # Not ru_maxrss, which starts at the peak of the process that started this one.
        return _told_mib(_STATUS, "VmHWM")
    import resource

    # Bytes on macOS, KiB on the BSDs.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (MIB if sys.platform == "darwin" else 1024)


def _told_mib(file: Path, name: str) -> float | None:
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB$", file.read_text("utf-8"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None


def _left_in_cgroups_mib() -> Iterator[float]:
    for limit, used, stat in _CGROUPS:
        # A cgroup without a limit, or of the other version, has nothing to say: "max" is no number.
        with suppress(OSError, ValueError):
            most, taken = int(Path(limit).read_text("utf-8")), int(Path(used).read_text("utf-8"))
            cached = re.search(r"^(?:total_)?inactive_file (\d+)$", Path(stat).read_text("utf-8"), re.MULTILINE)
            # Pages of files that nobody reads at the moment are given away first.
            yield (most - taken + (int(cached[1]) if cached else 0)) / MIB

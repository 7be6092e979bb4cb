"""Where a run happened: versions, processor, accelerator, source revision. No host, user or folder names."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGES = (
    *("ferbench", "torch", "torchvision", "timm", "numpy", "pillow", "opencv-python-headless", "onnxruntime"),
    *("scikit-learn", "scipy", "fvcore"),
)


def environment(device: str, threads: int) -> dict[str, Any]:
    """Plain JSON data about the machine and the program."""
    return {
        "python": platform.python_version(),
        "packages": {name: version_of(name) for name in _PACKAGES},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpu_name": cpu_name(),
        "cpu_count": os.cpu_count(),
        "cpu_capability": cpu_capability(),
        "device": device,
        "device_name": device_name(device),
        "cuda": cuda_version(),
        "threads": threads,
        "source": source_revision(),
    }


def version_of(package: str) -> str | None:
    """Installed version of a distribution, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def cpu_name() -> str:
    """Name of the processor, as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def cpu_capability() -> str | None:
    """Instructions that torch computes with, such as `AVX512`, if torch is loaded; a variable may have lowered them."""
    torch = sys.modules.get("torch")
    return torch.backends.cpu.get_cpu_capability() if torch else None


def device_name(device: str) -> str:
    """Name of the processor or accelerator behind a torch device."""
    if not device.startswith("cuda"):
        return cpu_name()
    import torch

    return str(torch.cuda.get_device_name(device))


def cuda_version() -> str | None:
    """CUDA version that torch was built with, if torch is loaded and has one."""
    torch = sys.modules.get("torch")
    return torch.version.cuda if torch else None


def source_revision() -> dict[str, Any] | None:
    """Git commit of ferbench's own source and whether it was changed since; None for an installed package.

    Asked of the folder that the running code lies in, never of the current directory.
    """
    folder = Path(__file__).parent
    if git(folder, "ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None
    return {"commit": git(folder, "rev-parse", "HEAD"), "dirty": bool(git(folder, "status", "--porcelain"))}


def git(folder: Path, *arguments: str) -> str | None:
    """Output of a git command in a folder, or None where git or the repository is missing."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's git
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()

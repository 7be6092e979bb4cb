"""Peak memory of a part of a process, and what is left of the machine's."""

import os
import subprocess
import sys

import pytest
import torch

from ferbench.pipeline import memory
from ferbench.pipeline.memory import memory_left_mib, peak_memory, peak_memory_mib

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")


def printed(program):
    """The numbers that a program prints in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    return [None if word == b"None" else float(word) for word in said.stdout.split()]


def test_peak_memory_of_the_process():
    """128 MiB more in use raise the peak of the process by as much, and freeing them does not lower it."""
    before, full, after = printed("""
import numpy, torch
from ferbench.pipeline.memory import peak_memory_mib

cpu = torch.device("cpu")
before = peak_memory_mib(cpu)
held = numpy.ones(128 << 17)
full = peak_memory_mib(cpu)
del held
print(before, full, peak_memory_mib(cpu))
""")
    assert 100 < full - before < 160
    assert after > full - 8  # the kernel keeps the peak a few pages behind


IN_TURN = """
import pathlib, numpy, torch
from ferbench.pipeline import memory

cpu = torch.device("cpu")
def peak_of(mib):
    with memory.peak_memory(cpu) as peak:
        numpy.ones(mib << 17)
    return peak
"""


@on_linux
def test_a_small_part_after_a_large_one_has_a_peak_of_its_own():
    """The second run of a process does not show the peak of the first."""
    large, small, grown = printed(IN_TURN + "print(peak_of(256).mib, (small := peak_of(32)).mib, small.grown_mib)")

    assert 200 < large - small < 240
    assert 24 < grown < 64


def test_a_peak_that_cannot_be_reset_is_known_only_where_it_rises():
    """Without the right to reset it, a part that needs less than one before it has no figure, not that one's."""
    first, small, larger = printed(
        IN_TURN
        + """
memory._CLEAR = pathlib.Path("/proc/nobody/may/write/here")
print(*(peak_of(mib).mib for mib in (128, 16, 256)))
"""
    )

    assert small is None
    assert 100 < larger - first < 160


@on_linux
def test_a_system_without_proc(monkeypatch, tmp_path):
    """Where a container has no /proc nothing is known, and nothing breaks."""
    for name in ("_STATUS", "_CLEAR", "_MEMINFO"):
        monkeypatch.setattr(memory, name, tmp_path / "proc" / name)
    monkeypatch.setattr(memory, "_CGROUPS", ())
    cpu = torch.device("cpu")
    with peak_memory(cpu) as peak:
        pass

    assert (peak.mib, peak.grown_mib, memory_left_mib(cpu)) == (None, None, None)


def test_memory_of_an_unknown_device_is_not_measured():
    """A device that cannot be asked has no figure, not the figure of the CPU."""
    device = torch.device("meta")
    with peak_memory(device) as peak:
        pass

    assert (peak_memory_mib(device), peak.mib, peak.grown_mib, memory_left_mib(device)) == (None, None, None, None)


@on_linux
def test_some_memory_is_left_and_no_more_than_there_is():
    """What can still be had lies between nothing and the memory of the machine."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20

    assert 0 < memory_left_mib(torch.device("cpu")) < whole


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_peak_memory_of_a_cuda_device():
    """On CUDA the peak is that of the tensors on the device, of the part alone."""
    device = torch.device("cuda")
    with peak_memory(device) as large:
        torch.zeros(64, 2**20, device=device, dtype=torch.uint8)
    with peak_memory(device) as small:
        torch.zeros(2**20, device=device, dtype=torch.uint8)

    assert large.grown_mib == 64
    assert small.grown_mib == 1

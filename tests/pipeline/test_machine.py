"""What a cost would be measured on, found out without torch."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = """\
import sys
from ferbench.pipeline.machine import torch_threads
guess = torch_threads()
assert "torch" not in sys.modules
import torch
print(guess, torch.get_num_threads())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere torch is asked")
@pytest.mark.parametrize(
    "variables", [{}, {"OMP_NUM_THREADS": "1"}, {"MKL_NUM_THREADS": "1"}, {"OMP_NUM_THREADS": "64"}], ids=str
)
def test_the_threads_of_torch_are_known_without_it(variables):
    """The number is the one that torch takes, or none: on all processors, and where a variable says so."""
    others = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env={**others, **variables}, check=True, capture_output=True, text=True
    )
    guess, taken = done.stdout.split()

    assert guess in {taken, "None"}


@pytest.mark.parametrize("variables", [{"OMP_NUM_THREADS": "2,1"}, {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "2"}])
def test_torch_is_asked_where_that_is_not_sure(monkeypatch, variables):
    """A list of levels and two variables at once are torch's own affair."""
    from ferbench.pipeline.machine import torch_threads

    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert torch_threads() is None

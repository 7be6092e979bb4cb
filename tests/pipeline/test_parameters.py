"""Counting the parameters that are read costs no more than a pass."""

from __future__ import annotations

import subprocess
import sys

READ = """\
import sys
import torch
from ferbench.pipeline.parameters import parameters_read
network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(4, 2))
assert len(parameters_read(network.eval(), torch.zeros(1, 3, 3, 3))) == 4
print(sorted({"torch._dynamo", "torch._inductor", "sympy"} & set(sys.modules)))
"""


def test_the_compiler_of_torch_is_not_imported():
    """Watching a pass brings in neither torch's compiler nor what that needs: more than a second of every run."""
    done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=False)

    assert done.stdout == "[]\n", done.stderr

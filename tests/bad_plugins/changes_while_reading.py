"""Its data set changes random numbers, types and filters whenever a picture is read.

$ ferbench run --model good --dataset bad
exit 0:
"""

# ruff: noqa: NPY002 - the old generators are the global ones
import random
import sys
import warnings

import numpy as np
import torch

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Restless(Pictures):
    """Pictures that change what is everybody's."""

    def read(self, row):
        """The picture of a row."""
        random.seed(0)
        np.random.seed(0)
        torch.manual_seed(0)
        warnings.simplefilter("ignore")
        sys.path.insert(0, "/nowhere")
        return super().read(row)


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Restless)]

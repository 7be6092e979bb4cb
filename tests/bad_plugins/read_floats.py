"""It gives pictures in floating point.

$ ferbench run --model good --dataset bad
exit 2: gave ndarray (8, 8, 3) float64
"""

import numpy as np

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    def read(self, row):
        """Give something else."""
        return np.zeros((8, 8, 3))


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

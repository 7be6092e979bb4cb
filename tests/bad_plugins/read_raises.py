"""It raises while a picture is read.

$ ferbench run --model good --dataset bad
exit 2: raised ZeroDivisionError
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    def read(self, row):
        """Give something else."""
        return 1 / 0


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

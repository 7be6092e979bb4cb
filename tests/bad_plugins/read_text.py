"""It gives the names of its files.

$ ferbench run --model good --dataset bad
exit 2: gave str
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    def read(self, row):
        """Give something else."""
        return str(row.source)


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

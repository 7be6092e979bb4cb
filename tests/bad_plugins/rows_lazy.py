"""Its rows raise when they are asked for.

$ ferbench run --model good --dataset bad
exit 2: raised OSError
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    @property
    def rows(self):
        """Raise."""
        raise OSError("unplugged")


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

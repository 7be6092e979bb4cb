"""It gives bytes that are no picture: every one is listed, and nothing is measured.

$ ferbench run --model good --dataset bad
exit 5: no picture that Pillow can identify
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    def read(self, row):
        """Give something else."""
        return b"no picture"


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

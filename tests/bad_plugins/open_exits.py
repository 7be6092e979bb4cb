"""Opening it ends the process.

$ ferbench run --model good --dataset bad
exit 2: raised SystemExit
"""

import sys

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    def __init__(self):
        """Exit."""
        sys.exit(0)


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

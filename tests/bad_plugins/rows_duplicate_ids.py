"""Two of its rows have one id.

$ ferbench run --model good --dataset bad
exit 2: stand more than once
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    rows = Pictures.rows[:1] * 2


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

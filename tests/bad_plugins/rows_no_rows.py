"""Its rows are plain tuples.

$ ferbench run --model good --dataset bad
exit 2: gave the row ('a', 'fear')
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    rows = (("a", "fear"),)


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

"""A row has a label outside its classes.

$ ferbench run --model good --dataset bad
exit 2: has the label 'boredom'
"""

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import Row
from tests.bad_plugins.parts import Pictures, dataset


class Theirs(Pictures):
    """Pictures with a fault."""

    rows = (Row(id="a", label="boredom", source=1),)


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [dataset(Theirs)]

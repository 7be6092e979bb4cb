"""Its builder changes everything that is everybody's.

$ ferbench run --model bad --dataset pictures
exit 0:
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.everybodys import change
from tests.bad_plugins.parts import model


def build(num_classes):
    """Build as always, and change."""
    network = model().build(num_classes)
    change()
    return network


@hookimpl
def ferbench_models():
    """One model."""
    return [model(build=build)]

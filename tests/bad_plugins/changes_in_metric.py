"""Its metric changes everything that is everybody's, and raises.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: raised ValueError
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.everybodys import change
from tests.bad_plugins.parts import metric


def compute(answers):
    """Change, and raise."""
    change()
    raise ValueError("after all that")


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(compute)]

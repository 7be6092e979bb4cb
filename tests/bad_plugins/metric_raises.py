"""It raises while it is computed.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: raised ZeroDivisionError
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(lambda answers: 1 / 0)]

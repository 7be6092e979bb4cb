"""It gives an infinity.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: compute() gave an infinity
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(lambda answers: float("inf"))]

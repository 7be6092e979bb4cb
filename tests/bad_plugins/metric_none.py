"""It gives nothing.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: compute() gave None, which is no number
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(lambda answers: None)]

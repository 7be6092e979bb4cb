"""It gives a text.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: compute() gave '0.5', which is no number
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(lambda answers: "0.5")]

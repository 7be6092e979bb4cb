"""It gives an array where its card says one number.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: gave an array of shape (24,) where () was expected
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(lambda answers: answers.correct * 1.0)]

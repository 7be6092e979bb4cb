"""It makes all answers right before the next metric sees them.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: read-only
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


def compute(answers):
    """Cheat."""
    answers.y_pred[:] = answers.y_true
    return 1.0


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(compute)]

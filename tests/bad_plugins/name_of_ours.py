"""It takes the name of a metric of ferbench's own.

$ ferbench list models
exit 2: It gives the metric 'accuracy', which is one of ferbench's own
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


@hookimpl
def ferbench_metrics():
    """All are right."""
    return [metric(lambda answers: 1.0, name="accuracy")]

"""Its model has the card of a metric.

$ ferbench list models
exit 2: which is no ModelEntry with a ModelCard
"""

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry
from tests.bad_plugins.parts import METRIC_CARD


@hookimpl
def ferbench_models():
    """A wrong card."""
    return [ModelEntry(card=METRIC_CARD)]

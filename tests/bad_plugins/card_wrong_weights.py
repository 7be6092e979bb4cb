"""Its weights are a file name instead of a card.

$ ferbench list models
exit 2: The entry 'bad' has weights = ('weights.pth',)
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """A file name."""
    return [model(weights=("weights.pth",))]

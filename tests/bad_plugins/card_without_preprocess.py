"""Its card says nothing of the preprocessing.

$ ferbench list models
exit 2: The entry 'bad' has preprocess = None
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """No preprocessing."""
    return [model(preprocess=None)]

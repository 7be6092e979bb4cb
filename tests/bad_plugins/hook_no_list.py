"""Its hook gives an entry instead of a list.

$ ferbench list models
exit 2: is not iterable
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One entry."""
    return model()

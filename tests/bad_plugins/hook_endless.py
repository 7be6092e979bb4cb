"""Its hook gives entries without an end.

$ ferbench list models
exit 2: more than 10,000 entries
"""

from itertools import repeat

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """The same for ever."""
    return repeat(model())

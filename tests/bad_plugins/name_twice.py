"""It gives two models one name.

$ ferbench list models
exit 2: It gives two of the type ModelEntry the name 'bad'
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """Twice the same."""
    return [model(), model()]

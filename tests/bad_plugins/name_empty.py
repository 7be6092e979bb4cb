"""Its model has no name.

$ ferbench list models
exit 2: It gave an entry with the name ''
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """No name."""
    return [model(name="")]

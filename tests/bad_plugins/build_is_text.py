"""The builder of its model is a name.

$ ferbench list models
exit 2: build = 'Network', which cannot be called
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """A name."""
    return [model(build="Network")]

"""The name of its model is a novel.

$ ferbench list models
exit 2: Give it a name of at most 200 characters
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """A long name."""
    return [model(name="long" * 100_000)]

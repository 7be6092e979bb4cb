"""Its hook is a generator that raises after its first entry.

$ ferbench list models
exit 2: ValueError: after the first
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One entry, and an error."""
    yield model()
    raise ValueError("after the first")

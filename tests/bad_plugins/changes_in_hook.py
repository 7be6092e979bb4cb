"""Its hook changes everything that is everybody's.

$ ferbench list models
exit 0:
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.everybodys import change


@hookimpl
def ferbench_models():
    """Nothing but changes."""
    change()
    return []

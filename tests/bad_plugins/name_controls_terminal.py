"""The name of its model would colour the terminal.

$ ferbench list models
exit 0:
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """An escape sequence."""
    return [model(name="\x1b[31mred")]

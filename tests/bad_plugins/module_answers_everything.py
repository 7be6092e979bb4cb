"""It is a module that has every attribute.

$ ferbench list models
exit 2: TypeError
"""

from ferbench.hookspecs import hookimpl


def __getattr__(name):
    """Whatever is asked for."""
    return 42


@hookimpl
def ferbench_models():
    """Nothing."""
    return []

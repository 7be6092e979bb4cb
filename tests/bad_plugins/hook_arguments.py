"""Its hook asks for an argument that there is not.

$ ferbench list models
exit 2: can not be found in the hookspec
"""

from ferbench.hookspecs import hookimpl


@hookimpl
def ferbench_models(config):
    """Refused."""
    return []

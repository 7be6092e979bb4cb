"""Its hook is misspelt.

$ ferbench list models
exit 2: Did you mean 'ferbench_models'?
"""

from ferbench.hookspecs import hookimpl


@hookimpl
def ferbench_model():
    """Never called."""
    return []

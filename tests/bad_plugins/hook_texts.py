"""Its hook gives names instead of entries.

$ ferbench list models
exit 2: It gave 'my model', which is no ModelEntry
"""

from ferbench.hookspecs import hookimpl


@hookimpl
def ferbench_models():
    """Names."""
    return ["my model"]

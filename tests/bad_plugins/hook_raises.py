"""Its hook raises.

$ ferbench list models
exit 2: RuntimeError: in the hook
"""

from ferbench.hookspecs import hookimpl


@hookimpl
def ferbench_models():
    """Raise."""
    raise RuntimeError("in the hook")

"""Its hook gives an object that cannot be shown.

$ ferbench list models
exit 2: an object of type Entry (it cannot be shown: RuntimeError)
"""

from ferbench.hookspecs import hookimpl


class Entry:
    """Whatever is asked of it raises."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __repr__(self):
        raise RuntimeError("repr")


@hookimpl
def ferbench_models():
    """One such object."""
    return [Entry()]

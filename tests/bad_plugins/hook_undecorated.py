"""Its hook lacks the decorator.

$ ferbench list models
exit 2: Its function ferbench_models has no decorator
"""


def ferbench_models():
    """Never called."""
    return []

"""It raises an error of a kind of its own that says all is well.

$ ferbench list models
exit 2: raised Fine
"""

from ferbench.errors import FerbenchError


class Fine(FerbenchError):
    """An error that would end with exit code 0."""

    exit_code = 0


raise Fine("asked", "found", "todo")

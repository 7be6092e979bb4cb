"""It raises an error whose text raises.

$ ferbench list models
exit 2: its text cannot be shown: ZeroDivisionError
"""


class Silent(Exception):
    """Nobody can print it."""

    def __str__(self):
        return str(1 / 0)


raise Silent

"""It raises what no `except Exception` catches.

$ ferbench list models
exit 2: Unusual: theirs
"""


class Unusual(BaseException):
    """No Exception."""


raise Unusual("theirs")

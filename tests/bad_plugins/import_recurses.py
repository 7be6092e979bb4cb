"""It calls itself without an end.

$ ferbench list models
exit 2: RecursionError
"""


def down():
    return down()


down()

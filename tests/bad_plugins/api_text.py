"""It states its API version as a text.

$ ferbench list models
exit 2: It is '1', which is no whole number
"""

FERBENCH_API = "1"

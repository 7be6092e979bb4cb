"""It asks for more memory than there is.

$ ferbench list models
exit 2: MemoryError
"""

CONTENT = bytearray(2**60)

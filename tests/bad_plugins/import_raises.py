"""It raises while it is imported.

$ ferbench list models
exit 2: RuntimeError: at import
"""

raise RuntimeError("at import")

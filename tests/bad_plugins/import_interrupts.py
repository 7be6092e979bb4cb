"""It raises what Ctrl+C raises.

$ ferbench list models
exit 2: KeyboardInterrupt
"""

raise KeyboardInterrupt

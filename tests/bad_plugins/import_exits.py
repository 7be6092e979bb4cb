"""It ends the process while it is imported.

$ ferbench list models
exit 2: SystemExit: 0
"""

import sys

sys.exit(0)

"""Its hook ends the process.

$ ferbench list models
exit 2: SystemExit: 7
"""

import sys

from ferbench.hookspecs import hookimpl


@hookimpl
def ferbench_models():
    """Exit."""
    sys.exit(7)

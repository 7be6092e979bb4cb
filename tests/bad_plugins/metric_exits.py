"""It ends the process while it is computed.

$ ferbench run --model good --dataset pictures --metric bad
exit 2: raised SystemExit
"""

import sys

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import metric


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [metric(lambda answers: sys.exit(0))]

"""Its builder ends the process.

$ ferbench run --model bad --dataset pictures
exit 2: raised SystemExit
"""

import sys

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(build=lambda num_classes: sys.exit(0))]

"""Its network changes the working directory.

$ ferbench run --model bad --dataset pictures
exit 2: changed the working directory
"""

import os

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


def forward(means, images):
    """Go elsewhere."""
    os.chdir("/")
    return means


@hookimpl
def ferbench_models():
    """One model."""
    return [model(forward)]

"""Its builder raises.

$ ferbench run --model bad --dataset pictures
exit 2: raised ZeroDivisionError
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(build=lambda num_classes: 1 / 0)]

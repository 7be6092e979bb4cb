"""Its network gives complex numbers.

$ ferbench run --model bad --dataset pictures
exit 2: an output holds complex64 where real numbers were expected
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: means * 1j)]

"""Its network loses an image.

$ ferbench run --model bad --dataset pictures
exit 2: {'emotion': (23, 3)}
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: means[1:])]

"""Its network gives infinities for every image.

$ ferbench run --model bad --dataset pictures
exit 5: the model's output is not finite
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: means + float("inf"))]

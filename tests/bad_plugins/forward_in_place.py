"""Its network overwrites the images that it is given.

$ ferbench run --model bad --dataset pictures
exit 0:
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: images.mul_(0).mean((2, 3)) + means)]

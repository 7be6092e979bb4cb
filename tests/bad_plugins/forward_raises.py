"""Its network raises in the middle of inference.

$ ferbench run --model bad --dataset pictures
exit 2: The model 'bad' was given 24 images
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: 1 / 0)]

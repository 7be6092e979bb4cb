"""Its network gives a sparse tensor.

$ ferbench run --model bad --dataset pictures
exit 2: raised TypeError
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: means.to_sparse())]

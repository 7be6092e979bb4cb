"""Its network has more outputs than classes.

$ ferbench run --model bad --dataset pictures
exit 2: where 'emotion' of (24, 3) was expected
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: means.repeat(1, 2))]

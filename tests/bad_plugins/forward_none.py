"""Its network returns nothing.

$ ferbench run --model bad --dataset pictures
exit 2: AttributeError
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: None)]

"""It is given an option that its builder does not know.

$ ferbench run --model bad --dataset pictures --model-option depth=4
exit 2: unexpected keyword argument 'depth'
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model()]

"""Its network stays in training mode, whatever eval() is for.

$ ferbench run --model bad --dataset pictures
exit 2: eval() leaves Network in training mode
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


class Stubborn:
    """Never evaluates."""

    def eval(self):
        """Do nothing."""
        return self


@hookimpl
def ferbench_models():
    """One model."""
    return [model(mixins=(Stubborn,))]

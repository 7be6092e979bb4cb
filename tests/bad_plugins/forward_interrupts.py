"""Its network raises what Ctrl+C raises.

$ ferbench run --model bad --dataset pictures
exit 2: raised KeyboardInterrupt
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


def forward(means, images):
    """Raise."""
    raise KeyboardInterrupt


@hookimpl
def ferbench_models():
    """One model."""
    return [model(forward)]

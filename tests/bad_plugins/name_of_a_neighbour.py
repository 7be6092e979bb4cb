"""It takes the name of a model of the good plugin, and is asked for it.

$ ferbench run --model spare --dataset pictures
exit 2: Several plugins give it
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """A model that another plugin has, too."""
    return [model(name="spare")]

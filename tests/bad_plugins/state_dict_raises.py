"""Its network cannot list its parameters.

$ ferbench run --model bad --dataset pictures
exit 2: was to be loaded
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


class Secret:
    """Keeps its parameters for itself."""

    def state_dict(self, *arguments, **options):
        """Raise."""
        raise PermissionError("secret")


@hookimpl
def ferbench_models():
    """One model."""
    return [model(mixins=(Secret,))]

"""Its network remembers the batches before, so that answers depend on their order.

$ ferbench run --model bad --dataset pictures
exit 0: depend on the other images
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model

SEEN = []


def forward(means, images):
    """Add what was seen."""
    SEEN.append(means.sum())
    return means + sum(SEEN) * means.flip(1)


@hookimpl
def ferbench_models():
    """One model."""
    return [model(forward)]

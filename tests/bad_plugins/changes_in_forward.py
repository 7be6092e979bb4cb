"""Its network changes everything that is everybody's, but the working directory, in each batch.

$ ferbench run --model bad --dataset pictures
exit 2: changed the environment of the pass
"""

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.everybodys import change_in_pass
from tests.bad_plugins.parts import model


def forward(means, images):
    """Answer as always, and change."""
    answers = means.float().detach().clone()
    change_in_pass()
    return answers


@hookimpl
def ferbench_models():
    """One model."""
    return [model(forward)]

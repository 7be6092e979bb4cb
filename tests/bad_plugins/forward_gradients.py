"""Its network gives a tensor that wants gradients.

$ ferbench run --model bad --dataset pictures
exit 2: raised RuntimeError
"""

import torch

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


@hookimpl
def ferbench_models():
    """One model."""
    return [model(lambda means, images: torch.ones(len(means), 3, requires_grad=True).clone())]

"""Its network gives a tensor that wants gradients.

$ ferbench run --model bad --dataset pictures
exit 0:
"""

import torch

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import model


def forward(means, images):
    """Leave the mode that it runs in."""
    with torch.inference_mode(mode=False), torch.enable_grad():
        return torch.ones(len(means), 3, requires_grad=True) * 2


@hookimpl
def ferbench_models():
    """One model."""
    return [model(forward)]

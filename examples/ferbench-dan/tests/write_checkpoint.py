"""`python write_checkpoint.py FILE CLASSES`: a file as the official training saves it, with the recipe's weights.

It runs in a process of its own, as the training did. Tensors are tagged as on the GPU that they were trained on.
"""

from __future__ import annotations

import sys

import torch

from ferbench_dan.network import build
from recipe import fill


def main(path: str, num_classes: int) -> None:
    """Write the file."""
    torch.serialization.register_package(1, lambda _storage: "cuda:0", lambda _storage, _location: None)
    network = build(num_classes)
    fill(network.state_dict())
    optimizer = torch.optim.SGD(network.bn.parameters(), lr=0.1, momentum=0.9)
    for parameter in network.bn.parameters():
        # A step with gradients of zero: the optimizer has a state, and the weights stay.
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    states = {"model_state_dict": network.state_dict(), "optimizer_state_dict": optimizer.state_dict()}
    torch.save({"iter": 21, **states}, path)


main(sys.argv[1], int(sys.argv[2]))

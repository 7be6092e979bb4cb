"""A plugin without a fault: what stands beside a bad one and must not notice."""

from __future__ import annotations

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import dataset, metric, model


def build(num_classes):
    """A network whose drawn weights depend on torch's generator and default type, its answers on its modes."""
    import torch

    return torch.nn.Sequential(
        torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(3, num_classes), torch.nn.Dropout(0.1)
    )


@hookimpl
def ferbench_models():
    """The network, and another one whose name somebody takes."""
    return [model(build=build, name="good"), model(build=build, name="spare")]


@hookimpl
def ferbench_datasets():
    """24 pictures without files."""
    return [dataset(name="pictures")]


@hookimpl
def ferbench_metrics():
    """Share of right answers."""
    return [metric(lambda answers: answers.correct.mean(), name="right")]

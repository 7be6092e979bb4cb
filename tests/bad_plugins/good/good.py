"""A plugin without a fault: what stands beside a bad one and must not notice."""

from __future__ import annotations

import torch

from ferbench.hookspecs import hookimpl
from tests.bad_plugins.parts import dataset, metric, model


@hookimpl
def ferbench_models():
    """A network whose answers depend on torch's default type, its generator and its threads."""

    def answer(means, images):
        noise = torch.rand(3) + 0 * means.sum()
        scale = torch.ones(3)
        return means * scale.to(means.dtype) + 0 * noise

    return [model(answer, name="good")]


@hookimpl
def ferbench_datasets():
    """24 pictures without files."""
    return [dataset(name="pictures")]


@hookimpl
def ferbench_metrics():
    """Share of right answers."""
    return [metric(lambda answers: answers.correct.mean(), name="right")]

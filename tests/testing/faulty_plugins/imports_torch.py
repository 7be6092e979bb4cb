"""Imports torch with its hooks."""

from dataclasses import replace

import torch

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry
from tests.testing import sound

KEPT = torch.nn.Module


@hookimpl
def ferbench_models():
    """One model."""
    return [ModelEntry(card=replace(sound.MODEL, name="faulty"), build=sound.build)]

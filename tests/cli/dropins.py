"""Plugin files that tests drop in: quick networks on 8 x 8 pixels, and what can be wrong with a plugin."""

from __future__ import annotations

from textwrap import indent

#: The smallest whole plugin, as the documentation promises it: fifteen lines.
MINE = """\
import torch
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

class Mine(torch.nn.Sequential):
    def __init__(self, num_classes):
        super().__init__(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(3, num_classes))

CARD = ModelCard(name="mine", summary="Mean colour, then a linear layer", paper=None, code=None, code_licence=None,
                 preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
                 classes=None, self_contained=True)
@hookimpl
def ferbench_models():
    return [ModelEntry(card=CARD, build=Mine)]
"""

_MODEL = """\
import os, sys, time
from pathlib import Path

import torch

from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

CARD = ModelCard(name={name!r}, summary={summary!r}, paper=None, code=None, code_licence=None,
                 preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
                 classes=None, self_contained={self_contained})

class Network(torch.nn.Module):
    def __init__(self, k):
        super().__init__()
        self.k = k
        self.head = torch.nn.Linear(3, k)

    def forward(self, images):
        means = images.mean((2, 3))  # (B, 3)
{forward}

def build(num_classes):
{build}

@hookimpl
def ferbench_models():
    return [ModelEntry(card=CARD, build=build)]
"""

#: A network that answers with the mean of red, green and blue, from 0 to 255, for three classes.
MEANS = "return 255 * means"


def model(
    forward: str = "return self.head(means)",
    build: str = "return Network(num_classes)",
    *,
    name: str = "mine",
    summary: str = "A test's own",
    self_contained: bool = True,
) -> str:
    """A plugin file with one network; `forward` is given `images` (B, 3, 8, 8) in [0, 1] and their `means`."""
    return _MODEL.format(
        name=name,
        summary=summary,
        self_contained=self_contained,
        forward=indent(forward, 8 * " "),
        build=indent(build, 4 * " "),
    )


def metric(compute: str, *, name: str = "mine", shape: str = "scalar") -> str:
    """A plugin file with one metric; `compute` is given the `answers`."""
    return f"""\
from ferbench.cards import MetricCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry

def compute(answers):
{indent(compute, 4 * " ")}

@hookimpl
def ferbench_metrics():
    card = MetricCard(name={name!r}, title="A test's own", direction="higher", range=(0.0, 1.0), shape={shape!r})
    return [MetricEntry(card=card, compute=compute)]
"""


def dataset(
    opening: str = "return Pictures()",
    read: str = "return np.full((8, 8, 3), 40 * row.source, np.uint8)",
    rows: str = '[Row(id=f"i{n}", label=("neutral", "fear")[n % 2], source=n) for n in range(6)]',
    *,
    name: str = "pictures",
) -> str:
    """A plugin file with one data set of six pictures without files, the classes `neutral` and `fear`."""
    return f"""\
import sys

import numpy as np

from ferbench.cards import DatasetCard
from ferbench.errors import DataNotFound
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry, Row

CARD = DatasetCard(name={name!r}, title="A test's own", classes=("neutral", "fear"), splits=("all",),
                   default_split="all", content="any", counts=None, licence="none", obtain="It is drawn.",
                   layout="none", citation=None, private=True, needs_root=False)

class Pictures:
    classes = CARD.classes

    @property
    def rows(self):
        return {rows}

    def read(self, row):
{indent(read, 8 * " ")}

def open_pictures(root, split, **options):
{indent(opening, 4 * " ")}

@hookimpl
def ferbench_datasets():
    return [DatasetEntry(card=CARD, open=open_pictures)]
"""

"""Runs on noise by small networks of many habits: quick, and with margins that fewer digits can turn over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ferbench.config import Settings
from ferbench.pipeline.engine.running import started
from ferbench.pipeline.load import load, plain_float32
from ferbench.pipeline.predict import predict
from ferbench.pipeline.resolve import resolve
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.pipeline.engine.running import Running
    from ferbench.pipeline.resolve import Plan
    from ferbench.results import Predictions

#: Ids of pictures that no decoder can read, of one that is black, and of all.
BROKEN, BLACK, IMAGES = ("i0003", "i0100"), "i0007", 600

PLUGIN = """
import numpy as np
import torch
from ferbench.cards import DatasetCard, ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry, ModelEntry, Row

CLASSES = ("neutral", "happiness", "sadness", "anger")

class Net(torch.nn.Module):
    def __init__(self, classes, habit):
        super().__init__()
        # A large part that all pictures share: rounding it is as large as what tells them apart.
        self.first, self.second = torch.nn.Linear(192, 32), torch.nn.Linear(32, classes)
        self.habit = "honest"
        with torch.no_grad():
            # No class is the answer to everything.
            self.second.bias -= self(torch.rand(64, 3, 8, 8)).mean(0)
        self.habit = habit

    def forward(self, x):
        black = (x == 0).flatten(1).all(1, keepdim=True)
        x = x.flatten(1) + 5
        if self.habit == "crowd":
            x = x - x.mean(0)
        if self.habit == "by value" and x.sum() > 0:
            x = x * 2
        answers = self.second(torch.relu(self.first(x)))
        if self.habit == "probabilities":
            return answers.softmax(1)
        if self.habit == "wide":
            return {"emotion": answers, "size": x.mean(1, keepdim=True).float()}
        if self.habit == "only float32":
            # Half precision on the right, and float32 on the left.
            return self.second(torch.zeros(len(x), 32).index_add(0, torch.arange(len(x)), self.first(x)))
        if self.habit == "black is no number":
            return torch.where(black, float("nan"), answers)
        if self.habit == "overflows":
            return torch.where(black & (answers.dtype == torch.bfloat16), float("inf"), answers)
        return answers

@hookimpl
def ferbench_models():
    facts = dict(summary="", paper=None, code=None, code_licence=None, classes=CLASSES, self_contained=True,
                 preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"))
    def entry(habit):
        output = "probabilities" if habit == "probabilities" else "logits"
        card = ModelCard(name=habit.replace(" ", "_"), output=output, **facts)
        return ModelEntry(card=card, build=lambda classes: Net(classes, habit))
    habits = ["honest", "crowd", "by value", "probabilities", "wide", "only float32", "black is no number", "overflows"]
    return [entry(habit) for habit in habits] + [ModelEntry(card=ModelCard(name="opened", **facts), open=Opened)]

class Opened:
    module = None
    def __init__(self, path, classes, preprocess):
        pass
    def predict(self, batch):
        return {"emotion": batch.mean((2, 3))[:, [0, 1, 2, 0]]}

class Noise:
    classes = CLASSES
    rows = [Row(id=f"i{n:04}", label=CLASSES[n % 4], source=n) for n in range(600)]
    def read(self, row):
        if row.id in ("i0003", "i0100"):
            return b"no picture"
        pixels = np.random.default_rng(row.source).integers(0, 256, (8, 8, 3), dtype=np.uint8)
        return pixels * 0 if row.id == "i0007" else pixels

@hookimpl
def ferbench_datasets():
    card = DatasetCard(name="noise", title="", classes=CLASSES, splits=("all",), default_split="all", content="any",
                       counts=None, licence="", obtain="", layout="", citation=None, private=True, needs_root=False)
    return [DatasetEntry(card=card, open=lambda root, split: Noise())]
"""


def plan_of(folder: Path, model: str = "honest", **asked) -> Plan:
    """The plan of a run on the noise; the plugin is written into the folder."""
    path = folder / "networks.py"
    path.write_text(PLUGIN, encoding="utf-8")
    spec = RunSpec(model=model, dataset="noise", device="cpu", timing=False, **asked)
    return resolve(spec, build_catalog([path]), Settings())


def begun(folder: Path, model: str = "honest", home: Path | None = None, **asked) -> Running:
    """A run that can begin."""
    plan = plan_of(folder, model, **asked)
    with plain_float32(None):
        return started(plan, load(plan), home)


def asked_all(running: Running) -> Predictions:
    """What a run says of all its images."""
    with plain_float32(None):
        return predict(running.plan, running.answering, lambda done, total: None).predictions


def ran(folder: Path, model: str = "honest", home: Path | None = None, **asked) -> tuple[Running, Predictions]:
    """A run and its predictions."""
    running = begun(folder, model, home, **asked)
    return running, asked_all(running)


def classes_of(predictions: Predictions) -> np.ndarray:
    """(n,) the class of every image, -1 where there is no answer."""
    emotion = predictions.emotion
    return np.where(np.isfinite(emotion).all(axis=1), np.nan_to_num(emotion).argmax(axis=1), -1)


def by(running: Running, forward) -> Running:
    """The same run, whose network is computed by something else: an engine that may be wrong."""
    from ferbench.pipeline.answering import AnswersOf
    from ferbench.pipeline.engine.making import with_forward

    model = with_forward(running.loaded.model, forward)
    return replace(running, model=model, answering=AnswersOf(model, running.plan.conduct.batch_size))

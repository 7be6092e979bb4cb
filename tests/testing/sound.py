"""A plugin without a fault: what the faulty ones start from. It is dropped in as a file, and imported by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ferbench.cards import Claim, DatasetCard, DetectorCard, MetricCard, ModelCard, Preprocess, WeightsCard
from ferbench.errors import DataNotFound
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry, DetectorEntry, Face, MetricEntry, ModelEntry, Row

CLASSES = ("neutral", "happiness", "anger")
INPUT = Preprocess(size=(16, 16), mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5), expects="any")
WEIGHTS = WeightsCard(
    name="sound.own",
    dataset="sound",
    file_name="sound.pth",
    url=None,
    sha256=None,
    claim=Claim(accuracy_percent=50.0, source="a test"),
    classes=CLASSES,
    classes_source="a test",
    selection="last",
    extra_data=None,
    licence=None,
    preprocess=INPUT,
)
MODEL = ModelCard(
    name="sound",
    summary="A network without a fault",
    paper=None,
    code=None,
    code_licence=None,
    preprocess=INPUT,
    classes=None,
    weights=(WEIGHTS,),
)
DATASET = DatasetCard(
    name="sound",
    title="Pictures without a fault",
    classes=CLASSES,
    splits=("train", "test", "all"),
    default_split="test",
    content="any",
    counts={"test": {"neutral": 2, "happiness": 2, "anger": 1}},
    licence="none",
    obtain="A test writes them.",
    layout="SPLIT/CLASS_NUMBER.png",
    citation=None,
    attributes={"light": ("dim", "bright"), "note": ()},
)
DETECTOR = DetectorCard(
    name="sound",
    summary="Whatever is not the grey of the corner",
    paper=None,
    code="https://example.org/sound",
    licence="MIT",
    landmarks=False,
)
METRIC = MetricCard(name="sound", title="A share without a fault", direction="higher", range=(0.0, 1.0))


def build(num_classes):
    """The network, imported when it is built."""
    from tests.testing.sound_network import Sound

    return Sound(num_classes)


@dataclass(frozen=True)
class Pictures:
    """Rows whose sources are paths."""

    rows: tuple
    classes: tuple = CLASSES

    def read(self, row):
        """The bytes of the file."""
        return row.source.read_bytes()


def files_of(root, split):
    """The pictures of a split, sorted."""
    folders = ("test", "train") if split == "all" else (split,)
    files = [path for folder in folders for path in sorted((root / folder).glob("*.png"))]
    if not files:
        raise DataNotFound(f"{root} was asked for.", "There is no picture.", "Write some.")
    return files


def row_of(path):
    """The row of a picture."""
    light = "dim" if path.stem.endswith("0") else "bright"
    return Row(
        id=f"{path.parent.name}_{path.stem}",
        label=path.stem.split("_")[0],
        source=path,
        attributes={"light": light, "note": path.stem},
    )


def open_sound(root, split):
    """A split below a root."""
    return Pictures(tuple(row_of(path) for path in files_of(root, split)))


class Blocks:
    """Takes all that has another colour than the upper left corner for one face."""

    def detect(self, pixels):
        """One face, or none."""
        rows, columns = np.nonzero((pixels != pixels[0, 0]).any(axis=2))
        if not rows.size:
            return []
        box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        return [Face(box=tuple(map(float, box)), score=1.0)]


def accuracy(answers):
    """Share of right answers; NaN without images."""
    return float(answers.correct.mean()) if answers.y_true.size else float("nan")


def also_accuracy(answers):
    """The same, in another way."""
    return float(np.trace(np.eye(9)[answers.y_true].T @ np.eye(9)[answers.y_pred]) / len(answers.y_true))


@hookimpl
def ferbench_models():
    """One model."""
    return [ModelEntry(card=MODEL, build=build)]


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [DatasetEntry(card=DATASET, open=open_sound)]


@hookimpl
def ferbench_detectors():
    """One detector."""
    return [DetectorEntry(card=DETECTOR, open=Blocks)]


@hookimpl
def ferbench_metrics():
    """One metric."""
    return [MetricEntry(card=METRIC, compute=accuracy, reference=also_accuracy)]

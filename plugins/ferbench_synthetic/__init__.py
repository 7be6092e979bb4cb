"""The embedded pair: drawn faces and a tiny network trained on them. Demo, tests, canary for CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.cards import DatasetCard, ModelCard, Preprocess, WeightsCard
from ferbench.emotions import NAMED_ORDERS
from ferbench.errors import UsageError
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry, ModelEntry

if TYPE_CHECKING:
    from ferbench.interfaces import Dataset
    from ferbench_synthetic.network import TinyCnn

_CLASSES = NAMED_ORDERS["affectnet8"]

#: Measured by `python -m ferbench_synthetic.train` and `python -m ferbench_synthetic.linear_probe`.
TINY_CNN_ACCURACY = 0.9141
LINEAR_ACCURACY = 0.2609

SYNTHETIC = DatasetCard(
    name="synthetic",
    title="Drawn faces of eight expressions",
    classes=_CLASSES,
    splits=("train", "test"),
    default_split="test",
    content="face_crop",
    counts={"train": dict.fromkeys(_CLASSES, 1500), "test": dict.fromkeys(_CLASSES, 400)},
    licence="MIT, as ferbench: no person is shown, every face is drawn from random numbers.",
    obtain="Nothing to ask for: the faces are drawn when they are read.",
    layout="none needed; with a root, the tree that `python -m ferbench_synthetic.write ROOT --split test` writes",
    citation=None,
    attributes={
        "skin_tone": ("light", "medium", "dark"),
        "hair": ("none", "short", "long"),
        "glasses": ("no", "yes"),
        "yaw": ("left", "frontal", "right"),
        "roll": ("left", "upright", "right"),
        "light": ("dim", "normal", "bright"),
        "blur": ("0", "1", "2"),
        "occlusion": ("none", "eyes", "mouth"),
        "resolution": ("64", "32"),
    },
    known_inputs={
        "3b2d40ee75191f91d983d69c90a53f419216ca56c7c64497f8d58967e8536499": "official",
        "b2b05f40306a04d81e38eecd4aacce59a66a1e1aa871cca969f21ed466e0196f": "official",
    },
    redistributable=True,
    needs_root=False,
    notes=(
        "A test of harnesses, not of models: what is good here says nothing about faces. "
        f"Test accuracy of tiny_cnn {TINY_CNN_ACCURACY:.2%}, of logistic regression on pixels {LINEAR_ACCURACY:.2%}."
    ),
)

_PREPROCESS = Preprocess(size=(64, 64), mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5), expects="face_crop")

TINY_CNN = ModelCard(
    name="tiny_cnn",
    summary=f"Small residual network for the synthetic faces ({TINY_CNN_ACCURACY:.2%}); 223,200 parameters",
    paper=None,
    code=None,
    code_licence="MIT",
    preprocess=_PREPROCESS,
    classes=_CLASSES,
    weights=(
        WeightsCard(
            name="tiny_cnn.synthetic",
            dataset="synthetic",
            file_name="tiny_cnn.safetensors",
            path=Path(__file__).parent / "weights" / "tiny_cnn.safetensors",
            url=None,
            claim=None,
            sha256="3e7dea5ae78f5f3d789d39864fde69481c4159399ed62407f9fa1543d0f5bc49",
            classes=_CLASSES,
            classes_source="the training script, ferbench_synthetic/train.py",
            selection="last",
            extra_data=(),
            licence="MIT",
            preprocess=_PREPROCESS,
        ),
    ),
)


def build(num_classes: int) -> TinyCnn:
    """The network for this many classes, freshly initialised; imports torch."""
    from ferbench_synthetic.network import TinyCnn

    return TinyCnn(num_classes)


def open_synthetic(root: Path | None, split: str, **options: Any) -> Dataset:
    """A split, drawn in memory, or read from a tree below `root`; UsageError for any option."""
    from ferbench_synthetic.dataset import open_faces

    if options:
        raise UsageError(
            f"The synthetic faces were asked for with {', '.join(options)}.",
            "They have no options.",
            "Leave --dataset-option out.",
        )
    return open_faces(root, split)


@hookimpl
def ferbench_models() -> list[ModelEntry]:
    """One entry, `tiny_cnn`."""
    return [ModelEntry(card=TINY_CNN, build=build)]


@hookimpl
def ferbench_datasets() -> list[DatasetEntry]:
    """One entry, `synthetic`."""
    return [DatasetEntry(card=SYNTHETIC, open=open_synthetic)]

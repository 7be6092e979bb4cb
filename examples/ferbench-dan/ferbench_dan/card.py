"""What is known of DAN and of its released checkpoints. What is not known is None."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.cards import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Claim,
    Mirror,
    ModelCard,
    Preprocess,
    ReportedCost,
    WeightsCard,
    WeightsRules,
)
from ferbench.emotions import NAMED_ORDERS

if TYPE_CHECKING:
    from ferbench.cards import Content

RULES = WeightsRules(
    key="model_state_dict",
    training_keys=("iter", "model_state_dict", "optimizer_state_dict"),
)

_AFFECTNET_ORDER_SOURCE = (
    "the official affectnet.py counts sorted class folders, which the official convert_affectnet.py names by the label "
    "numbers of AffectNet"
)
_SHARED_FOLDER = Mirror(url="https://pan.baidu.com/s/1NL-Yhuw5hF19uDWu-cF2-A", code="0000")


def _preprocess(expects: Content) -> Preprocess:
    return Preprocess(
        size=(224, 224),
        interpolation="bilinear",
        colour_order="rgb",
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        expects=expects,
        crop="none",
        align="none",
    )


def _released(
    *,
    dataset: str,
    file_name: str,
    drive: str,
    accuracy_percent: float,
    classes_source: str,
    expects: Content,
    notes: str,
) -> WeightsCard:
    return WeightsCard(
        name=f"dan.{dataset}",
        dataset=dataset,
        file_name=file_name,
        url=f"https://drive.google.com/file/d/{drive}/view",
        mirrors=(_SHARED_FOLDER,),
        sha256=None,
        claim=Claim(accuracy_percent=accuracy_percent, source="README of the official code"),
        classes=NAMED_ORDERS[dataset],
        classes_source=classes_source,
        selection="test-best",
        extra_data=("MS-Celeb-1M: the ResNet-18 that training starts from",),
        licence=None,
        preprocess=_preprocess(expects),
        notes=notes,
    )


_WEIGHTS = (
    _released(
        dataset="rafdb",
        file_name="rafdb_epoch21_acc0.897_bacc0.8275.pth",
        drive="1ASabP5wkLUIh4VQc8CEuZbZyLJEFaTMF",
        accuracy_percent=89.70,
        classes_source="the official rafdb.py takes the labels 1 to 7 of the official list, less 1",
        expects="aligned_face",
        notes="The file name is attested by other people's code, and states a mean class accuracy of 82.75 %, too.",
    ),
    _released(
        dataset="affectnet7",
        file_name="affecnet7_epoch6_acc0.6569.pth",
        drive="1_Z-U7rT5NJ3Vc73aN2ZBmuvCkzUQG4jT",
        accuracy_percent=65.69,
        classes_source=_AFFECTNET_ORDER_SOURCE,
        expects="face_crop",
        notes="The file name, misspelt as it is, is attested by other people's code.",
    ),
    _released(
        dataset="affectnet8",
        file_name="affecnet8_epoch5_acc0.6209.pth",
        drive="1uHNADViICyJEjJljv747nfvrGu12kjtu",
        accuracy_percent=62.09,
        classes_source=_AFFECTNET_ORDER_SOURCE,
        expects="face_crop",
        notes="A user measured 60.39 % with this file on a list of their own (issue 9 of the official code).",
    ),
)

CARD = ModelCard(
    name="dan",
    summary="DAN: four attention heads that are kept apart, on a ResNet-18; 19.7 M parameters",
    paper="https://arxiv.org/abs/2109.07270",
    code="https://github.com/yaoing/DAN",
    code_licence="MIT",
    preprocess=_preprocess("aligned_face"),
    classes=None,
    weights=_WEIGHTS,
    reported_cost=ReportedCost(
        params_millions=19.72,
        giga_operations=2.23,
        unit="MACs",
        source="the paper; fvcore counts 2.2305 G multiply-accumulates at 224 x 224, normalisation included",
    ),
)

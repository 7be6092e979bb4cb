"""What is known of POSTER V2 and of its released checkpoints."""

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
from ferbench_backbones.weights import backbone_weights

if TYPE_CHECKING:
    from ferbench.cards import Content

RULES = WeightsRules(
    key="state_dict",
    strip_prefixes=("module.",),
    training_keys=("epoch", "state_dict", "best_acc", "optimizer", "recorder1", "recorder"),
    optimizer_only=(
        "The official training writes such a file as `...-model_best.pth`, by mistake. Use `...-model.pth` that it "
        "wrote beside it (the weights of its last epoch, not of its best), or the checkpoint that the authors released."
    ),
)

_RAFDB_ORDER_SOURCE = (
    "row sums of the confusion matrix in the official models/matrix.py: "
    "329, 74, 160, 1185, 478, 162, 680, the class counts of the RAF-DB test set in its own order"
)
_CAERS_ORDER_SOURCE = "the official main.py counts sorted class folders (ImageFolder); CAER-S names them by expression"


_README = "README of the official code"
_EXTRA_DATA = (
    "face recognition images (IR-50; set not named)",
    "facial landmark images (MobileFaceNet; set not named)",
)


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


def _drive(identifier: str) -> str:
    return f"https://drive.google.com/file/d/{identifier}/view"


def _baidu(identifier: str) -> tuple[Mirror, ...]:
    return (Mirror(url=f"https://pan.baidu.com/s/{identifier}", code="POST"),)


def _released(
    *,
    dataset: str,
    file_name: str,
    drive: str,
    baidu: str,
    accuracy_percent: float,
    order: str,
    classes_source: str | None,
    expects: Content,
    notes: str,
) -> WeightsCard:
    return WeightsCard(
        name=f"poster_v2.{dataset}",
        dataset=dataset,
        file_name=file_name,
        url=_drive(drive),
        mirrors=_baidu(baidu),
        sha256=None,
        claim=Claim(accuracy_percent=accuracy_percent, source=_README),
        classes=NAMED_ORDERS[order],
        classes_source=classes_source,
        selection="test-best",
        extra_data=_EXTRA_DATA,
        licence=None,
        preprocess=_preprocess(expects),
        notes=notes,
    )


# Only the RAF-DB file name is attested (by a fork); the others are formed like it and are what ferbench looks for.
_WEIGHTS = (
    _released(
        dataset="rafdb",
        file_name="raf-db-model_best.pth",
        drive="1aVm_hmJyZ5E_0p25XTbm3X9ophsKqCxv",
        baidu="1jYmrHpwoX9zAvWf3CrdIpQ",
        accuracy_percent=92.21,
        order="rafdb",
        classes_source=_RAFDB_ORDER_SOURCE,
        expects="aligned_face",
        notes="The authors tested on their own enlarged copy of the pictures (issue 24 of the official code).",
    ),
    # The order of both AffectNet checkpoints is written down nowhere: the data set's own is an assumption.
    _released(
        dataset="affectnet7",
        file_name="affectnet-7-model_best.pth",
        drive="1c_gp5UdlcMjIB2dZtdhXFfHOQg1OqU-D",
        baidu="1fRVaiHekZxJHgPSMB5FyLA",
        accuracy_percent=67.49,
        order="affectnet7",
        classes_source=None,
        expects="face_crop",
        notes="Users asked for the class order and got no answer (issue 29); one measured 65 % (issue 11).",
    ),
    _released(
        dataset="affectnet8",
        file_name="affectnet-8-model_best.pth",
        drive="1tdYH12vgWnIWfupuBkP3jmWS0pJtDxvh",
        baidu="1J9ijbVp1qr74EF1yvW6Umg",
        accuracy_percent=63.77,
        order="affectnet8",
        classes_source=None,
        expects="face_crop",
        notes="Users asked for the class order and got no answer (issue 29).",
    ),
    _released(
        dataset="caers",
        file_name="caer-s-model_best.pth",
        drive="1Q7RDJxVPTkDH2rlhiAiOpSbIo1wUOqPv",
        baidu="1-iT1gLEN-5YrYRB0-V0e6w",
        accuracy_percent=93.00,
        order="alphabetical7",
        classes_source=_CAERS_ORDER_SOURCE,
        expects="face_crop",
        notes="CAER-S holds whole frames; how the faces were cropped is not stated (issue 20).",
    ),
    backbone_weights(
        "poster_v2.ir50",
        "ir50.pth",
        url=_drive("17QAIPlpZUwkQzOTNiu-gUFLTqAxS-qHt"),
        mirrors=_baidu("131P9WRQfppUtsrXv8M9RQg"),
        notes="Image backbone that training starts from; a file with `body.N` names fits POSTER, and not POSTER V2.",
    ),
    backbone_weights(
        "poster_v2.mobilefacenet",
        "mobilefacenet_model_best.pth.tar",
        url=_drive("1SMYP5NDkmDE3eLlciN7Z4px-bvFEuHEX"),
        mirrors=_baidu("1UPO8nYkr77AsJpMkyrt2ig"),
        notes="Landmark backbone that training starts from and that stays frozen; POSTER uses it, too.",
    ),
)

CARD = ModelCard(
    name="poster_v2",
    summary="POSTER V2 (POSTER++): landmark queries read IR-50 image features at three scales; 58.3 M parameters",
    paper="https://arxiv.org/abs/2301.12149",
    code="https://github.com/Talented-Q/POSTER_V2",
    code_licence="MIT",
    preprocess=_preprocess("aligned_face"),
    classes=None,
    weights=_WEIGHTS,
    reported_cost=ReportedCost(
        params_millions=43.7,
        giga_operations=8.4,
        unit="MACs",
        source=(
            "README of the official code, counted by thop, which leaves out 14.5 M parameters that are never called "
            "and 0.1 M that hang directly on a module"
        ),
    ),
)

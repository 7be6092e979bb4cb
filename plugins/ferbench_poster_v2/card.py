"""What is known of POSTER V2 and of its released checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.cards import ModelCard, Preprocess, WeightsCard, WeightsRules
from ferbench.emotions import NAMED_ORDERS

if TYPE_CHECKING:
    from ferbench.emotions import ClassOrder

RULES = WeightsRules(key=("state_dict",), strip_prefixes=("module.",))

_RAFDB_ORDER_SOURCE = (
    "row sums of the confusion matrix in the official models/matrix.py: "
    "329, 74, 160, 1185, 478, 162, 680, the class counts of the RAF-DB test set in its own order"
)
_CAERS_ORDER_SOURCE = "the official main.py counts sorted class folders (ImageFolder); CAER-S names them by expression"


def _released(
    dataset: str, file_name: str, drive_id: str, classes: ClassOrder, classes_source: str | None
) -> WeightsCard:
    return WeightsCard(
        name=f"poster_v2.{dataset}",
        dataset=dataset,
        file_name=file_name,
        url=f"https://drive.google.com/file/d/{drive_id}/view",
        sha256=None,
        classes=classes,
        classes_source=classes_source,
        selection="test-best",
        extra_data=(
            "face recognition images (IR-50; set not named)",
            "facial landmark images (MobileFaceNet; set not named)",
        ),
        licence=None,
    )


# Only the RAF-DB file name is attested (by a fork); the others are formed like it and are what ferbench looks for.
_WEIGHTS = (
    _released(
        "rafdb",
        "raf-db-model_best.pth",
        "1aVm_hmJyZ5E_0p25XTbm3X9ophsKqCxv",
        NAMED_ORDERS["rafdb"],
        _RAFDB_ORDER_SOURCE,
    ),
    # The order of both AffectNet checkpoints is written down nowhere: the data set's own is an assumption.
    _released(
        "affectnet7",
        "affectnet-7-model_best.pth",
        "1c_gp5UdlcMjIB2dZtdhXFfHOQg1OqU-D",
        NAMED_ORDERS["affectnet7"],
        None,
    ),
    _released(
        "affectnet8",
        "affectnet-8-model_best.pth",
        "1tdYH12vgWnIWfupuBkP3jmWS0pJtDxvh",
        NAMED_ORDERS["affectnet8"],
        None,
    ),
    _released(
        "caers",
        "caer-s-model_best.pth",
        "1Q7RDJxVPTkDH2rlhiAiOpSbIo1wUOqPv",
        NAMED_ORDERS["alphabetical7"],
        _CAERS_ORDER_SOURCE,
    ),
)

CARD = ModelCard(
    name="poster_v2",
    summary="POSTER V2 (POSTER++): landmark queries read IR-50 image features at three scales; 58.3 M parameters",
    paper="https://arxiv.org/abs/2301.12149",
    code="https://github.com/Talented-Q/POSTER_V2",
    code_licence="MIT",
    preprocess=Preprocess(
        size=(224, 224),
        interpolation="bilinear",
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
        expects="aligned_face",
    ),
    classes=None,
    weights=_WEIGHTS,
)

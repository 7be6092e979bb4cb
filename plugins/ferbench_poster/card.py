"""What is known of the six POSTER networks and of the one released checkpoint."""

from __future__ import annotations

from ferbench.cards import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Claim,
    ModelCard,
    Preprocess,
    ReportedCost,
    WeightsCard,
    WeightsRules,
)
from ferbench.emotions import NAMED_ORDERS
from ferbench_backbones.weights import backbone_weights

RULES = WeightsRules(
    key=("model_state_dict", "state_dict"),
    strip_prefixes=("module.",),
    training_keys=("iter", "model_state_dict", "optimizer_state_dict"),
)

# upstream: the RAF-DB loader leaves the channels as OpenCV gives them, and still uses the statistics of RGB.
_RAFDB = Preprocess(
    size=(224, 224),
    interpolation="bilinear",
    colour_order="bgr",
    mean=IMAGENET_MEAN,
    std=IMAGENET_STD,
    expects="aligned_face",
)
_AFFECTNET = Preprocess(
    size=(224, 224),
    interpolation="bilinear",
    mean=IMAGENET_MEAN,
    std=IMAGENET_STD,
    expects="face_crop",
)

_RAFDB_BEST = WeightsCard(
    name="poster.rafdb",
    dataset="rafdb",
    file_name="rafdb_best.pth",
    url="https://drive.google.com/drive/folders/1jeCPTGjBL8YgKKB9YrI9TYZywme8gymv",
    sha256=None,
    claim=Claim(accuracy_percent=92.05, source="abstract of the paper"),
    classes=NAMED_ORDERS["rafdb"],
    classes_source="the official data loader: the label of list_patition_label.txt, less one",
    selection="test-best",
    extra_data=(
        "face recognition images (IR-50; set not named)",
        "facial landmark images (MobileFaceNet; set not named)",
    ),
    licence=None,
    preprocess=_RAFDB,
    notes="The address is a folder: download the file from it by hand.",
)
_PRETRAINED = backbone_weights(
    "poster.pretrain",
    "ir50.pth",
    url="https://drive.google.com/drive/folders/1X9pE-NmyRwvBGpVzJOEvLqRPRfk_Siwq",
    notes=(
        "Image backbone that training starts from. The address is a folder that holds "
        "mobilefacenet_model_best.pth.tar, too: download both by hand."
    ),
)


_REPORTED = ReportedCost(
    params_millions=71.8,
    giga_operations=15.7,
    unit="FLOPs = 2 x MACs",
    source="as commonly quoted from the paper; all parameters are counted, the frozen and the unused ones too",
)


def _card(
    name: str,
    what: str,
    preprocess: Preprocess,
    weights: tuple[WeightsCard, ...] = (),
    reported_cost: ReportedCost | None = None,
) -> ModelCard:
    return ModelCard(
        name=name,
        summary=f"POSTER {what}",
        paper="https://arxiv.org/abs/2204.04083",
        code="https://github.com/zczcwh/POSTER",
        code_licence="MIT",
        preprocess=preprocess,
        classes=None,
        weights=weights,
        reported_cost=reported_cost,
    )


CARDS = (
    _card(
        "poster",
        "(large): a pyramid of cross-fusion blocks; 71.9 M parameters",
        _RAFDB,
        (_RAFDB_BEST, _PRETRAINED),
        _REPORTED,
    ),
    _card("poster_base", "base: six blocks instead of eight; 62.0 M parameters", _RAFDB),
    _card("poster_small", "small: four blocks instead of eight; 52.2 M parameters", _RAFDB),
    _card("poster_affectnet", "(large) for AffectNet: no mixing of tokens; 71.6 M parameters", _AFFECTNET),
    _card("poster_affectnet_base", "base for AffectNet: no mixing of tokens; 61.9 M parameters", _AFFECTNET),
    _card("poster_affectnet_small", "small for AffectNet: no mixing of tokens; 52.1 M parameters", _AFFECTNET),
)

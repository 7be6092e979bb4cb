"""What is known of APViT, of its released checkpoint, and of the two files that its training starts from."""

from __future__ import annotations

from ferbench.cards import Claim, Mirror, ModelCard, Preprocess, ReportedCost, WeightsCard, WeightsRules
from ferbench.emotions import NAMED_ORDERS
from ferbench_backbones.weights import backbone_weights

RULES = WeightsRules(key=("state_dict",), strip_prefixes=("module.",))

_PREPROCESS = Preprocess(
    size=(112, 112),
    interpolation="bilinear",
    fit="stretch",
    backend="cv2",
    colour_order="rgb",
    pixel_max=255,
    mean=(123.675, 116.28, 103.53),
    std=(58.395, 57.12, 57.375),
    expects="aligned_face",
)

_RAFDB = WeightsCard(
    name="apvit.rafdb",
    dataset="rafdb",
    file_name="APViT_RAF-3eeecf7d.pth",
    url=None,
    mirrors=(Mirror(url="https://pan.baidu.com/s/1nuSigUoyV2qEB6WMtzUWFQ", code="axfc"),),
    sha256=None,
    claim=Claim(accuracy_percent=91.98, source="README of the official code"),
    classes=NAMED_ORDERS["apvit"],
    classes_source="the official mmcls/datasets/raf.py: labels in RAF-DB's order are mapped to 5, 2, 1, 4, 3, 0, 6",
    selection="test-best",
    extra_data=(
        "MS1M face recognition images (IR-50 of face.evoLVe; the set is named in the file's name alone)",
        "ImageNet (ViT-Small of timm)",
    ),
    licence=None,
    preprocess=_PREPROCESS,
    notes=(
        "Trained and tested on the authors' own crops (aligned_224: aligned again with MTCNN, 224 pixels a side). "
        "A user could not reach 91.98 on the official aligned crops, and got 81.42 after aligning them himself "
        "(issue 9 of the official code). The eight digits in the file's name are the start of its SHA-256."
    ),
)


_WEIGHTS = (
    _RAFDB,
    backbone_weights(
        "apvit.ir50",
        "backbone_ir50_ms1m_epoch120.pth",
        url=None,
        mirrors=(Mirror(url="https://github.com/ZhaoJ9014/face.evoLVe/#model-zoo", code=None),),
        notes=(
            "Image backbone that training starts from; its body.N are spread over the three stages, "
            "and its head is left out."
        ),
    ),
    backbone_weights(
        "apvit.vit_small",
        "vit_small_p16_224-15ec54c9.pth",
        url="https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-weights/vit_small_p16_224-15ec54c9.pth",
        notes=(
            "Transformer blocks that training starts from; its position embedding is split in those of class token and "
            "patches, its patch embedding and head are left out."
        ),
    ),
)

CARD = ModelCard(
    name="apvit",
    summary="APViT: IR-50 and a vision transformer that drop the patches which say least; 65.2 M parameters",
    paper="https://arxiv.org/abs/2212.05463",
    code="https://github.com/youqingxiaozhua/APViT",
    code_licence="Apache-2.0",
    output="logits",
    preprocess=_PREPROCESS,
    classes=None,
    weights=_WEIGHTS,
    reported_cost=ReportedCost(
        params_millions=65.2,
        giga_operations=12.67,
        unit="MACs",
        source=(
            "as commonly quoted from the paper; fvcore counts the same: all parameters, attention products and "
            "normalisations included"
        ),
    ),
)

"""Facts of RAF-DB. The counts are those of the official list, version 1.1 of 2018-06-12."""

from __future__ import annotations

from ferbench.cards import DatasetCard
from ferbench.emotions import NAMED_ORDERS

#: Classes in the order of the labels 1 to 7 of the official list.
CLASSES = NAMED_ORDERS["rafdb"]
COUNTS = {
    "train": dict(zip(CLASSES, (1290, 281, 717, 4772, 1982, 705, 2524), strict=True)),
    "test": dict(zip(CLASSES, (329, 74, 160, 1185, 478, 162, 680), strict=True)),
}

#: Manual attributes in the order of their lines in a file; position i is what the number i means.
ATTRIBUTES = {
    "gender": ("male", "female", "unsure"),
    "race": ("caucasian", "african-american", "asian"),
    "age": ("0-3", "4-19", "20-39", "40-69", "70+"),
}

CARD = DatasetCard(
    name="rafdb",
    title="RAF-DB, basic expressions",
    classes=CLASSES,
    splits=("train", "test"),
    default_split="test",
    content="aligned_face",
    counts=COUNTS,
    licence="non-commercial research and education; pictures may not be passed on",
    obtain="RAF-DB is asked for by e-mail from an academic address: http://www.whdeng.cn/RAF/model1.html",
    layout=(
        "EmoLabel/list_patition_label.txt (or list_partition_label.txt) with Image/aligned/; "
        "or EmoLabel/train.txt and test.txt with Image/aligned_224/; "
        "or train/ and test/ (or valid/) with the class folders 1..7, 0..6 or class names; "
        "in this folder or in basic, DATASET, RAF-DB or raf-basic up to two levels below"
    ),
    citation=(
        "Li, Deng, Du: Reliable Crowdsourcing and Deep Locality-Preserving Learning for Expression Recognition "
        "in the Wild, CVPR 2017"
    ),
    attributes=ATTRIBUTES,
    notes=(
        "Options: images=aligned|aligned_224 picks the pictures where both are there (aligned by default); "
        "layout_order=rafdb|affectnet7 says what the folders 0..6 mean where the counts do not tell."
    ),
)

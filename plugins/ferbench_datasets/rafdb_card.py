"""Facts of RAF-DB. The counts are those of the official list, version 1.1 of 2018-06-12."""

from __future__ import annotations

from ferbench.cards import Archive, DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS
from ferbench_datasets.ran_lists import RAN_ATTRIBUTES

#: Classes in the order of the labels 1 to 7 of the official list.
CLASSES = NAMED_ORDERS["rafdb"]
COUNTS = {
    "train": dict(zip(CLASSES, (1290, 281, 717, 4772, 1982, 705, 2524), strict=True)),
    "test": dict(zip(CLASSES, (329, 74, 160, 1185, 478, 162, 680), strict=True)),
}
#: Pictures of a split; official names count from 1 to these, as in test_3068.
TOTALS = {split: sum(counts.values()) for split, counts in COUNTS.items()}

#: Manual attributes in the order of their lines in a file; position i is what the number i means.
ATTRIBUTES = {
    "gender": ("male", "female", "unsure"),
    "race": ("caucasian", "african-american", "asian"),
    "age": ("0-3", "4-19", "20-39", "40-69", "70+"),
}

LICENCE = (
    "For non-commercial research and education only. The pictures were found on the internet and do not belong to the "
    "Beijing University of Posts and Telecommunications, which gives the set out. Neither pictures nor data derived "
    "from them may be copied further, published or passed on."
)
OBTAIN = "RAF-DB is asked for by e-mail from an academic address: http://www.whdeng.cn/RAF/model1.html"
CITATION = (
    "Li, Deng, Du: Reliable Crowdsourcing and Deep Locality-Preserving Learning for Expression Recognition "
    "in the Wild, CVPR 2017"
)

CARD = DatasetCard(
    name="rafdb",
    title="RAF-DB, basic expressions",
    classes=CLASSES,
    splits=("train", "test"),
    default_split="test",
    content="aligned_face",
    counts=COUNTS,
    variants=tuple(
        Variant(
            name="faces that Norface normalised to one identity",
            split=split,
            total=total,
            counts=None,
            source="a user's count in the issue liuhw01/Norface#5",
            sure=False,
        )
        for split, total in (("train", 12175), ("test", 3031))
    ),
    # train_00001 to train_12271 and test_0001 to test_3068, without a gap.
    id_pattern={
        "train": r"train_((?!00000)0\d{4}|1[01]\d{3}|12[01]\d{2}|122[0-6]\d|1227[01])",
        "test": r"test_((?!0000)[0-2]\d{3}|30[0-5]\d|306[0-8])",
    },
    licence=LICENCE,
    obtain=OBTAIN,
    layout=(
        "EmoLabel/list_patition_label.txt (or list_partition_label.txt) with Image/aligned/; "
        "or EmoLabel/train.txt and test.txt with Image/aligned_224/; "
        "or train/ and test/ (or valid/) with the class folders 1..7, 0..6 or class names; "
        "in this folder or in basic, DATASET, RAF-DB or raf-basic up to two levels below"
    ),
    citation=CITATION,
    protocol=(
        "Accuracy on the 3,068 test pictures; there is no validation split, and many papers report the best epoch on "
        "the test pictures themselves. The paper of the set reports mean class accuracy instead. One picture is 0.03 "
        "points of accuracy, and one picture of fear is 0.19 points of mean class accuracy. The official aligned "
        "faces have 100 x 100 pixels; results on faces that were aligned again are about other pixels."
    ),
    defects=(
        "Version 1.1 of 2018-06-12 corrected some faces that were aligned wrongly in version 1.0.",
        "The class folders 0..6 circulate in the order of RAF-DB and in that of AffectNet.",
        (
            "A copy on Kaggle that ResEmoteNet was trained with holds augmented pictures that were made before the "
            "splits, some of them from test pictures: about 3,000 more for training and 6,000 more for validation."
        ),
        (
            "POSTER V2 gives out a test folder `valid` of its own with enlarged faces, on which accuracy is not that "
            "on the official ones."
        ),
        (
            "The test pictures are unbalanced: happiness is 1,185 of 3,068, fear 74. Of the attributes, "
            "african-american has 234 test pictures and 70+ has 89, by a script's count."
        ),
        (
            "RAN's list of occluded faces names test_2464 twice (734 pictures, not 735), and its list of poses over 30 "
            "degrees has 1,247 pictures where the paper says 1,248."
        ),
    ),
    attributes=ATTRIBUTES | RAN_ATTRIBUTES,
    picture_sizes={"the official aligned crops": (100, 100), "APViT's re-aligned crops": (224, 224)},
    archives=(
        Archive(name="list_*tition_label.txt", folder="EmoLabel", required=True),
        Archive(name="aligned.zip", folder="Image/aligned", required=True),
        Archive(name="original.zip", folder="Image/original", required=False),
        Archive(name="manual.zip", folder="Annotation/manual", required=False),
        Archive(name="auto.zip", folder="Annotation/auto", required=False),
        Archive(name="boundingbox.zip", folder="Annotation/boundingbox", required=False),
    ),
    notes=(
        "Options: images=aligned|aligned_224 picks the pictures where both are there (aligned by default); "
        "layout_order=rafdb|affectnet7 says what the folders 0..6 mean where the counts do not tell; ran_lists=FOLDER "
        "names a copy of RAN's lists of hard test pictures, which are also found in the data root. gender, race and "
        "age are those of Annotation/manual/, as annotators saw them; occlusion, occlusion_type, pose30 and pose45 "
        "are those of RAN's lists, where nothing says what the types 1 to 4 are."
    ),
)

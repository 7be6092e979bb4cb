"""Facts of FER2013.

The counts by class are those that the official table has by its column Usage. They add up, split by split, to the
28,709, 3,589 and 3,589 images of the competition and, class by class, to the totals that its report gives.
"""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: Classes in the order of the numbers 0 to 6 of the column `emotion`.
CLASSES = NAMED_ORDERS["fer2013"]
#: What the column Usage says of a split; `merged` is what the folders that circulate call their test pictures.
USAGES = {
    "train": ("Training",),
    "valid": ("PublicTest",),
    "test": ("PrivateTest",),
    "merged": ("PublicTest", "PrivateTest"),
}
#: Official counts by Usage.
COUNTS_OF_USAGE = {
    "Training": dict(zip(CLASSES, (3995, 436, 4097, 7215, 4830, 3171, 4965), strict=True)),
    "PublicTest": dict(zip(CLASSES, (467, 56, 496, 895, 653, 415, 607), strict=True)),
    "PrivateTest": dict(zip(CLASSES, (491, 55, 528, 879, 594, 416, 626), strict=True)),
}
COUNTS = {
    split: {name: sum(COUNTS_OF_USAGE[usage][name] for usage in usages) for name in CLASSES}
    for split, usages in USAGES.items()
}

CARD = DatasetCard(
    name="fer2013",
    title="FER2013, 48 x 48 pixels, grey",
    classes=CLASSES,
    splits=tuple(USAGES),
    default_split="test",
    content="face_crop",
    counts=COUNTS,
    variants=(
        Variant(
            name="test/ of the folders on Kaggle (msambare/fer2013): PublicTest and PrivateTest together",
            split="test",
            total=sum(COUNTS["merged"].values()),
            counts=COUNTS["merged"],
            source="sums of the official splits, and the counts that users of the folders report",
            sure=True,
        ),
    ),
    licence=(
        "No licence is clearly stated. The pictures were found by an image search on the web, their rights are those "
        "of their owners, and they were given out under the rules of a Kaggle competition of 2013."
    ),
    obtain=(
        "FER2013 was given out by a competition of 2013: "
        "https://www.kaggle.com/c/challenges-in-representation-learning-facial-expression-recognition-challenge"
    ),
    layout=(
        "fer2013.csv with the columns emotion, pixels and Usage (or icml_face_data.csv, the same table with its "
        "columns in another order); or train/ and test/ with one folder for each class, as on Kaggle, with or without "
        "valid/ (or val/); in this folder or in fer2013, data or archive up to two levels below"
    ),
    citation=(
        "Goodfellow et al.: Challenges in Representation Learning: A Report on Three Machine Learning Contests, "
        "ICONIP 2013, arXiv:1307.0414"
    ),
    protocol=(
        "Train on Training, select on PublicTest, report PrivateTest; many numbers average ten crops of each picture. "
        "Numbers on the test/ folder that circulates on Kaggle stand on PublicTest and PrivateTest together, 7,178 "
        "pictures, and do not compare with those on PrivateTest: that is the split `merged` here. People reach about "
        "65 +- 5 % on this set."
    ),
    defects=(
        "Some pictures show no face, some labels are wrong, and some pictures stand in two splits.",
        "The copy shared with ResEmoteNet has the same pictures in training, validation and test.",
        "Copies in folders swap valid and test, or merge them; the names of the files, else the counts, tell.",
    ),
    notes=(
        "An id is the number of the row in the table, from 0, as in row_32298; FERPlus names the same pictures by "
        "other numbers. Pictures in folders are named by Kaggle (PrivateTest_10131363), and nobody has published which "
        "row is which: they have ids of their own (anger/PrivateTest_10131363), and so a board of their own. Whether "
        "the rows of icml_face_data.csv stand in the order of those of fer2013.csv has not been verified."
    ),
)

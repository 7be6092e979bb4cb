"""Facts of AffectNet: one set of pictures, evaluated with eight classes or without contempt.

The training counts were counted in RAN's list of the training pictures, the 500 pictures a class of the validation
split in its list of that. AffectNet has no public test split: papers report the validation split.
"""

from __future__ import annotations

from dataclasses import replace

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS
from ferbench_datasets.ran_lists import RAN_ATTRIBUTES

CLASSES8 = NAMED_ORDERS["affectnet8"]
CLASSES7 = NAMED_ORDERS["affectnet7"]
#: What the codes 0 to 10 of the release mean; the last three are no expressions.
CODES = (*CLASSES8, "none", "uncertain", "no-face")

COUNTS8 = {
    "train": dict(zip(CLASSES8, (74874, 134415, 25459, 14090, 6378, 3803, 24882, 3750), strict=True)),
    "val": dict.fromkeys(CLASSES8, 500),
}
COUNTS7 = {split: {name: counts[name] for name in CLASSES7} for split, counts in COUNTS8.items()}

_NUMBERED = "a comment in POSTER's dataset_affectnet.py, and sb-ai-lab/EmotiEffLib, pull request 22"
_OTHER_COPY = (
    "logs of MA-Net and EfficientFace: 64.53272 % is 2258 of 3499 and 60.29007 % is 2411 of 3999, so that one of the "
    "seven classes lacks a picture; which one is not known"
)


def lacking(name: str, total_of: dict[str, int], lacks: str, source: str) -> Variant:
    """A validation split that lacks one picture of one class."""
    counts = {label: count - (label == lacks) for label, count in total_of.items()}
    return Variant(name=name, split="val", total=sum(counts.values()), counts=counts, source=source, sure=True)


def other_copies(counts: dict[str, int]) -> tuple[Variant, ...]:
    """What the copy of MA-Net and EfficientFace may be: one of the seven classes lacks a picture."""
    return tuple(lacking("copy of MA-Net and EfficientFace", counts, label, _OTHER_COPY) for label in CLASSES7)


VARIANTS8 = (
    Variant(
        name="original release",
        split="val",
        total=4000,
        counts=COUNTS8["val"],
        source="RAN's val_affectnet8part_list.txt",
        sure=True,
    ),
    lacking("numbered release", COUNTS8["val"], "contempt", _NUMBERED),
    *other_copies(COUNTS8["val"]),
    Variant(
        name="another training split",
        split="train",
        total=287568,
        counts=None,
        source="a size that secondary listings give",
        sure=False,
    ),
)
VARIANTS7 = (
    Variant(
        name="original and numbered release",
        split="val",
        total=3500,
        counts=COUNTS7["val"],
        source=f"RAN's val_affectnet8part_list.txt without contempt; {_NUMBERED}",
        sure=True,
    ),
    *other_copies(COUNTS7["val"]),
)

LICENCE = (
    "For research only, under a licence that is signed: it is given to professors and managers of laboratories who "
    "ask for it. Neither pictures nor annotations may be passed on to others, and every laboratory asks for itself."
)
OBTAIN = "AffectNet is asked for by a professor or the manager of a laboratory: http://mohammadmahoor.com/affectnet/"
LAYOUT = (
    "training.csv and validation.csv (or in Manually_Annotated_file_lists/) with Manually_Annotated_Images/; "
    "or train_set/ and val_set/ (or valid_set/) with images/NUMBER.jpg and annotations/NUMBER_exp.npy, or with "
    "train_annotations_CLASSESclass.txt and valid_annotations_CLASSESclass.txt instead; "
    "or train/ and val/ (or valid/ or test/) with the class folders 0..7, 0..6 or class names; "
    "in this folder or in AffectNet or Manually_Annotated up to two levels below"
)
DEFECTS = (
    (
        "The validation split circulates with 4,000 pictures, with 3,999 (one of contempt lacks) and with 3,999 of "
        "another copy (one of the other classes lacks), so that without contempt it has 3,500 or 3,499: accuracies on "
        "them are not those of one test set."
    ),
    (
        "Numbers of the numbered release say nothing of the hashes that name pictures in the original one: the same "
        "picture has two ids, and the two releases have boards of their own."
    ),
    (
        "The training split is unbalanced by 36 to 1. That annotators agree on about 60 percent of the pictures, and "
        "that the training split holds exact duplicates, is said of it and not verified here."
    ),
    (
        "103/29a31ebf1567693f4644c8ba3476ca9a72ee07fe67a5860d98707a0a.jpg of the training split is missing or "
        "unreadable in many copies."
    ),
    "The set of about 29,000 pictures with folders such as 0-Anger on Kaggle is another one.",
)
PROTOCOL = (
    "Accuracy on the validation split, of which many papers report the best epoch; it is balanced, so that accuracy "
    "and mean class accuracy agree. Trainings usually draw the classes equally often. One picture of 3,500 is 0.03 "
    "points. Results with seven and with eight classes are about different pictures."
)
NOTES = (
    "Options: layout=csv|numbered|list|folders picks one where several are there (the first of these by default); "
    "ran_lists=FOLDER names a copy of RAN's lists of hard validation pictures, which are also found in the data root "
    "and name pictures of the original release only. Pictures with the codes 8 none, 9 uncertain and 10 no-face are "
    "left out, and the layout says how many. Valence and arousal are numbers without classes: they are not read. The "
    "pictures of the original release come with a box around the face."
)
CITATION = (
    "Mollahosseini, Hasani, Mahoor: AffectNet: A Database for Facial Expression, Valence, and Arousal Computing in the "
    "Wild, IEEE Transactions on Affective Computing 10(1), 2019"
)

CARD8 = DatasetCard(
    name="affectnet8",
    title="AffectNet, eight classes",
    classes=CLASSES8,
    splits=("train", "val"),
    default_split="val",
    content="face_crop",
    counts=COUNTS8,
    variants=VARIANTS8,
    licence=LICENCE,
    obtain=OBTAIN,
    layout=LAYOUT.replace("CLASSES", "8"),
    citation=CITATION,
    protocol=PROTOCOL,
    defects=DEFECTS,
    attributes={name: RAN_ATTRIBUTES[name] for name in ("occlusion", "pose30", "pose45")},
    notes=NOTES,
)
CARD7 = replace(
    CARD8,
    name="affectnet7",
    title="AffectNet, seven classes (without contempt)",
    classes=CLASSES7,
    counts=COUNTS7,
    variants=VARIANTS7,
    layout=LAYOUT.replace("CLASSES", "7"),
)

"""Facts of FERPlus. The counts were computed from the released vote file by the rules in `rules`."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS
from ferbench_datasets.ran_lists import RAN_ATTRIBUTES

#: Class sets by number of classes, in the order of the columns of the vote file.
CLASSES_OF = {"8": NAMED_ORDERS["ferplus8"], "7": NAMED_ORDERS["ferplus7"]}
CLASSES = CLASSES_OF["8"]
#: What the column Usage says of a split.
USAGES = {"train": "Training", "valid": "PublicTest", "test": "PrivateTest"}

#: Official majority rule, eight classes.
COUNTS = {
    "train": dict(zip(CLASSES, (8740, 7287, 3149, 3014, 2100, 119, 532, 119), strict=True)),
    "valid": dict(zip(CLASSES, (1182, 865, 415, 351, 287, 24, 62, 13), strict=True)),
    "test": dict(zip(CLASSES, (1090, 893, 396, 384, 273, 18, 83, 16), strict=True)),
}
#: RAN's hard subsets of the test pictures, values by attribute.
RAN_SUBSETS = {name: RAN_ATTRIBUTES[name] for name in ("occlusion", "pose30", "pose45")}
#: Totals of the other rules by split, in the order train, valid, test.
_TOTALS = {
    "label_rule=argmax10": (28389, 3553, 3546),
    "label_rule=argmax8": (28559, 3579, 3573),
    "label_rule=probability": (27956, 3505, 3505),
    "majority without taking single votes away": (21811, 2862, 2729),
}
_COMPUTED = "computed from fer2013new.csv of microsoft/FERPlus"

SEVEN_CLASSES = tuple(
    Variant(
        name="label_rule=majority, num_classes=7 (without contempt)",
        split=split,
        total=sum(counts.values()) - counts["contempt"],
        counts={name: count for name, count in counts.items() if name != "contempt"},
        source=_COMPUTED,
        sure=True,
    )
    for split, counts in COUNTS.items()
)
OTHER_RULES = tuple(
    Variant(name=name, split=split, total=total, counts=None, source=_COMPUTED, sure=True)
    for name, totals in _TOTALS.items()
    for split, total in zip(COUNTS, totals, strict=True)
)
RAN_LISTS = (
    Variant(
        name="label_rule=list with dlib_ferplus_train_center_crop_range_list.txt of RAN (training and validation)",
        split="train",
        total=28236,
        counts=None,
        source="counted in kaiwang960112/Challenge-condition-FER-dataset",
        sure=True,
    ),
    Variant(
        name="label_rule=list with dlib_ferplus_val_center_crop_range_list.txt of RAN",
        split="test",
        total=3137,
        counts=dict(zip(CLASSES, (1083, 892, 394, 382, 269, 16, 86, 15), strict=True)),
        source="counted in kaiwang960112/Challenge-condition-FER-dataset",
        sure=True,
    ),
)

CARD = DatasetCard(
    name="ferplus",
    title="FERPlus, FER2013 with the votes of ten raters",
    classes=CLASSES,
    splits=tuple(USAGES),
    default_split="test",
    content="face_crop",
    counts=COUNTS,
    variants=(*SEVEN_CLASSES, *OTHER_RULES, *RAN_LISTS),
    licence=(
        "The votes are under the MIT licence of Microsoft; whether labels may be used commercially has been asked "
        "there and not answered. The pixels are those of FER2013, for which no licence is clearly stated: they were "
        "found by an image search on the web and given out under the rules of a Kaggle competition of 2013."
    ),
    obtain=(
        "The votes are at https://github.com/microsoft/FERPlus; the pixels are those of fer2013.csv, see fer2013, and "
        "the program there writes the two together as folders of PNG files."
    ),
    layout=(
        "fer2013new.csv beside fer2013.csv; or FER2013Train/, FER2013Valid/ and FER2013Test/ with fer*.png and either "
        "label.csv in each or fer2013new.csv beside them or one folder above; in this folder or in data, images, "
        "FERPlus or fer2013 up to two levels below"
    ),
    citation=(
        "Barsoum, Zhang, Canton Ferrer, Zhang: Training Deep Networks for Facial Expression Recognition with "
        "Crowd-Sourced Label Distribution, ICMI 2016, arXiv:1608.01041"
    ),
    protocol=(
        "Papers state 28,709 / 3,589 / 3,589 pictures and score different subsets of them: the official majority rule "
        "with 8 classes gives 3,153 test pictures (QCS; TransFER's number fits), without contempt 3,137 (EAC), the "
        "list of RAN another 3,137 with 8 classes, and the most votes of all columns 3,546 (SCN's rule). SCN, RAN and "
        "CCT train on training and validation together. A number means something only with its rule and its classes: "
        "every rule is a board of its own here."
    ),
    defects=(
        "The number in a file name is not the number of the row in fer2013.csv: the two drift apart by 85.",
        "148 training, 10 validation and 15 test rows have no picture: all their votes say that it shows no face.",
        "One row has nine votes.",
        (
            "The label.csv files stored with the votes differ from fer2013new.csv in at least one test picture: the "
            "majority calls fer0035801 neutral there and sadness here. The program that writes the pictures writes "
            "label.csv again, from fer2013new.csv."
        ),
        "The second column of RAN's lists is a number of crops, 6 on every line; the label is the folder.",
        "The defects of the pictures of FER2013: some stand in two splits, some show no face.",
    ),
    attributes=RAN_SUBSETS,
    notes=(
        "Options: label_rule=majority|argmax10|argmax8|probability|list (majority by default); num_classes=8|7 (8 by "
        "default; 7 leaves out the pictures that the rule calls contempt); list=PATH for label_rule=list; "
        "ran_lists=FOLDER names a copy of RAN's lists of hard test pictures, which are also found in the data root: "
        "605 occluded, 1,170 with a pose over 30 degrees (1,171 in the paper), 633 over 45. The soft label of a "
        "picture is the votes for each class over the votes for all classes of the set, without `unknown` and `NF`; "
        "with probability only the votes that the rule takes up are counted."
    ),
)

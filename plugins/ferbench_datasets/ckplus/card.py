"""Facts of CK+."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: Classes in the order of the labels 1 to 7; the label 0, neutral, is given to no sequence.
CLASSES = NAMED_ORDERS["ckplus"]
#: With the first frames of the sequences as neutral faces: the order of the labels 0 to 7.
CLASSES_WITH_NEUTRAL = ("neutral", *CLASSES)

#: Sequences by class.
_SEQUENCES = dict(zip(CLASSES, (45, 18, 59, 25, 69, 28, 83), strict=True))
_SOURCE = (
    "327 labelled sequences is what the notes of the release state; the counts by class are known from the field, add "
    "up to it, and are not confirmed"
)

CARD = DatasetCard(
    name="ckplus",
    title="CK+, extended Cohn-Kanade",
    classes=CLASSES,
    splits=("all",),
    default_split="all",
    content="any",
    counts=None,
    variants=(
        Variant(
            name="peak frames of the labelled sequences",
            split="all",
            total=327,
            counts=_SEQUENCES,
            source=_SOURCE,
            sure=False,
        ),
        Variant(
            name="last three frames, as in the folders of 48 by 48 pixels on Kaggle",
            split="all",
            total=981,
            counts={name: 3 * count for name, count in _SEQUENCES.items()},
            source="three times the counts of sequences; 981 is what the pages of the copy state",
            sure=False,
        ),
        Variant(
            name="last three frames, and the first as neutral",
            split="all",
            total=1308,
            counts={"neutral": 327} | {name: 3 * count for name, count in _SEQUENCES.items()},
            source="three times the counts of sequences, and one neutral frame a sequence",
            sure=False,
        ),
    ),
    licence=(
        "Given out for research under a signed agreement; pictures may not be passed on, and only those of subjects "
        "who agreed may be printed. The terms stand in the agreement."
    ),
    obtain="CK+ is asked for at http://www.jeffcohn.net/Resources/.",
    layout=(
        "cohn-kanade-images/S005/001/*.png with Emotion/S005/001/*_emotion.txt (in extended-cohn-kanade-images/ and "
        "Emotion_labels/ as they are unpacked too); or the folders anger, contempt, disgust, fear, happy, sadness and "
        "surprise of the copy of 48 by 48 pixels; in this folder or in CK+, CK+48, ckplus or ck up to two levels below"
    ),
    citation=(
        "Lucey, Cohn, Kanade, Saragih, Ambadar, Matthews: The Extended Cohn-Kanade Dataset (CK+), CVPR Workshops 2010"
    ),
    protocol=(
        "No official split. Papers usually take the last three frames of each labelled sequence, some with the first "
        "as an eighth class neutral, and ten folds by subject: train on nine, test on one, average. The default here "
        "is the peak frame alone: it is the one frame that the release labels, and three frames of one movement are "
        "nearly one picture, so that counting them as three makes an interval look narrower than it is. "
        "frames=last3 and fold=0..9 give the usual protocol; here subject i of the sorted ids is in fold i modulo 10, "
        "and papers whose folds differ do not compare exactly."
    ),
    defects=(
        (
            "Copies in folders are often divided by chance, so that nearly equal frames of one sequence stand on both "
            "sides: numbers of 100 % come from there."
        ),
        "Six classes, seven classes and eight with neutral all circulate under the name CK+.",
        "266 of the 593 sequences have no label; they are left out, and the recorded layout says how many.",
    ),
    notes=(
        "Options: frames=peak|last3|last3+neutral; fold=0..9 or subject=S005. An id is the official name of the frame, "
        "S005_001_00000011, in the copy of 48 by 48 pixels too; the group of a row is the subject. The pictures are "
        "whole frames in the release and cropped faces in the copy, as the recorded layout says."
    ),
)

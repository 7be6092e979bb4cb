"""Facts of CAER-S."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: Classes in the order of their folders, which is alphabetical.
CLASSES = NAMED_ORDERS["alphabetical7"]

CARD = DatasetCard(
    name="caers",
    title="CAER-S, static frames of television series",
    classes=CLASSES,
    splits=("train", "test"),
    default_split="test",
    content="whole_frame",
    counts=None,
    variants=(
        Variant(
            name="the download",
            split="train",
            total=48_995,
            counts=None,
            source="corrected numbers in the README of MA-Net (zengqunzhao/MA-Net)",
            sure=True,
        ),
        Variant(
            name="the download",
            split="test",
            total=20_987,
            counts=None,
            source="corrected numbers in the README of MA-Net (zengqunzhao/MA-Net)",
            sure=True,
        ),
    ),
    licence=(
        "Given out for non-commercial research to those who fill in a request form; the frames are taken from "
        "television series and may not be passed on. The terms were not read at their source: the form is what counts."
    ),
    obtain="CAER-S is asked for at https://caer-dataset.github.io.",
    layout=(
        "train/ and test/ with the folders Anger, Disgust, Fear, Happy, Neutral, Sad and Surprise; in this folder or "
        "in CAER-S up to two levels below"
    ),
    citation="Lee, Kim, Kim, Park, Sohn: Context-Aware Emotion Recognition Networks, ICCV 2019, arXiv:1908.05913",
    protocol=(
        "Train on train, report accuracy on test. The paper names a division 7:1:2, the download has train and test "
        "alone. Classes are nearly balanced (about 3,000 test pictures each), so that accuracy and mean class accuracy "
        "hardly differ. Papers on faces crop them first or do not, and mostly do not say which."
    ),
    defects=(
        (
            "Frames of train and test come from the same clips, as users of the set report, so that test faces were "
            "seen in training; NCAER-S is the variant whose clips are disjoint. The set does not say which frame is "
            "of which clip."
        ),
        "Pictures are whole frames, often with several people: a network for faces needs a crop first.",
    ),
    notes="An id is split, class and file name, such as test/anger/0001: files are numbered anew in every folder.",
)

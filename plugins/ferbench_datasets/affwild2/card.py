"""Facts of Aff-Wild2 with the labels of its expression challenge."""

from __future__ import annotations

from ferbench.cards import DatasetCard
from ferbench.emotions import NAMED_ORDERS

#: Classes in the order of the labels 0 to 7; -1 means that a frame has no label.
CLASSES = NAMED_ORDERS["affwild2"]
NO_LABEL = "-1"

CARD = DatasetCard(
    name="affwild2",
    title="Aff-Wild2, expressions (EXPR challenge of ABAW)",
    classes=CLASSES,
    splits=("train", "val"),
    default_split="val",
    content="aligned_face",
    counts=None,
    licence=(
        "Given out under a signed end-user licence agreement to academics with a permanent position, who ask from "
        "their official address and answer for their students; others ask apart. The videos come from the web and may "
        "not be passed on."
    ),
    obtain="Aff-Wild2 is asked for at https://sites.google.com/view/dimitrioskollias/databases/aff-wild2.",
    layout=(
        "cropped_aligned/VIDEO/00001.jpg, and the folder EXPR_Classification_Challenge (or EXPR_Recognition_Challenge) "
        "with Train_Set/VIDEO.txt and Validation_Set/VIDEO.txt in annotations/ or in a folder whose name holds annot, "
        "ABAW or label, up to two such folders deep; in this folder or in Aff-Wild2 up to two levels below"
    ),
    citation=(
        "Kollias, Zafeiriou: Expression, Affect, Action Unit Recognition: Aff-Wild2, Multi-Task Learning and ArcFace, "
        "BMVC 2019, arXiv:1910.04855"
    ),
    protocol=(
        "Train on train, report macro-F1 over the eight classes on val; the labels of the test videos are withheld. "
        "Frames labelled -1 have no label and are left out."
    ),
    defects=(
        (
            "Where no face was found, a labelled frame has no picture. Public loaders drop these frames without a "
            "word. Here they are rows that cannot be read: they are listed, count as wrong, and the recorded layout "
            "says how many there are, so that such a run is stored and not ranked."
        ),
        "Frames of one video are nearly equal; an interval that takes them as independent is too narrow.",
        "The labels of the first two challenges have seven classes without `other`; they are refused here.",
    ),
    notes=(
        "An id is video and number of the frame from 1, such as 1-30-1280x720/00001. The group of a row is the video; "
        "video_left and video_right, two people of one video, are one group."
    ),
)

"""Facts of SFEW 2.0."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: Classes in the order of their folders, which is alphabetical.
CLASSES = NAMED_ORDERS["alphabetical7"]

_TOTALS = "listings of the set by others; 259 of 436 is what an official log of MA-Net gives for val"
_ALIGNED = "known from the field, not confirmed"

CARD = DatasetCard(
    name="sfew",
    title="SFEW 2.0, static expressions from films",
    classes=CLASSES,
    splits=("train", "val"),
    default_split="val",
    content="any",
    counts=None,
    variants=(
        Variant(name="frames", split="train", total=958, counts=None, source=_TOTALS, sure=False),
        Variant(name="frames", split="val", total=436, counts=None, source=_TOTALS, sure=True),
        Variant(name="aligned faces", split="train", total=891, counts=None, source=_ALIGNED, sure=False),
        Variant(name="aligned faces", split="val", total=431, counts=None, source=_ALIGNED, sure=False),
    ),
    licence=(
        "Given out for research under a signed end-user licence agreement of the Australian National University; the "
        "frames are taken from films and may not be passed on."
    ),
    obtain="SFEW is asked for from its authors at the Australian National University: https://cs.anu.edu.au/few/.",
    layout=(
        "Train/ and Val/ with the folders Angry, Disgust, Fear, Happy, Neutral, Sad and Surprise; or the aligned faces "
        "in Train_Aligned_Faces/ and Val_Aligned_Faces/ (or Val_Aligned_Faces_new/), there or inside Train/ and Val/; "
        "in this folder or in SFEW, SFEW 2.0 or images up to two levels below"
    ),
    citation=(
        "Dhall, Goecke, Lucey, Gedeon: Static Facial Expression Analysis in Tough Conditions, ICCV Workshops 2011; "
        "Dhall et al.: Video and Image Based Emotion Recognition Challenges in the Wild: EmotiW 2015, ICMI 2015"
    ),
    protocol=(
        "The labels of the 372 test pictures are withheld, so that papers train on train and report accuracy on val. "
        "Numbers on whole frames and on the aligned faces stand on different pictures."
    ),
    defects=(
        (
            "The aligned faces are fewer than the frames (891 of 958 and 431 of 436, as far as known): a number on "
            "them leaves out frames, probably the hardest."
        ),
        "With 436 pictures a 95 % interval is about nine points wide.",
    ),
    notes=(
        "Option: images=frames|aligned picks the pictures; frames where both are there. The pictures are whole frames "
        "or aligned faces, as the recorded layout says. An id is the file name, such as Airheads_000519240_00000005, "
        "whose first part is the film: that is the group of a row."
    ),
)

"""Facts of KDEF."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: There is no official order of indices; this one is alphabetical.
CLASSES = NAMED_ORDERS["alphabetical7"]
CLASS_OF_CODE = {
    "AF": "fear",
    "AN": "anger",
    "DI": "disgust",
    "HA": "happiness",
    "NE": "neutral",
    "SA": "sadness",
    "SU": "surprise",
}
ANGLE_OF_CODE = {
    "S": "straight",
    "HL": "half left profile",
    "HR": "half right profile",
    "FL": "full left profile",
    "FR": "full right profile",
}
SEX_OF_CODE = {"F": "female", "M": "male"}
#: Two files of the release whose names lack the code of an expression, so that they have no label.
UNLABELLED = ("AF31V", "AM31H")

CARD = DatasetCard(
    name="kdef",
    title="KDEF, Karolinska Directed Emotional Faces",
    classes=CLASSES,
    splits=("all",),
    default_split="all",
    content="whole_frame",
    counts=None,
    variants=(
        Variant(
            name="as the authors describe it: 70 people, 7 expressions, 5 angles, 2 sessions",
            split="all",
            total=4900,
            counts=dict.fromkeys(CLASSES, 700),
            source="https://kdef.se and http://www.emotionlab.se/resources/kdef; by class it follows from the design",
            sure=True,
        ),
        Variant(
            name="the release, without two files whose names say no expression",
            split="all",
            total=4898,
            counts=dict.fromkeys(CLASSES, 700) | {"sadness": 699, "surprise": 699},
            source=(
                "a public script that looked for the names which are missing: AF31SAHL where AF31V is, AM31SUHR where "
                "AM31H is; not confirmed"
            ),
            sure=False,
        ),
    ),
    licence=(
        "For researchers and for non-commercial purposes only; the material may not be redistributed in any form "
        "without written consent. https://kdef.se says how pictures may be published."
    ),
    obtain="KDEF is downloaded at https://kdef.se after agreeing to its terms.",
    layout=(
        "pictures named such as AF01ANFL.JPG, in this folder or in any below it; where there is a folder KDEF or "
        "KDEF_and_AKDEF/KDEF, in that alone, since AKDEF beside it holds averaged faces"
    ),
    citation=(
        "Lundqvist, Flykt, Öhman: The Karolinska Directed Emotional Faces - KDEF, CD ROM from Department of Clinical "
        "Neuroscience, Psychology section, Karolinska Institutet, 1998, ISBN 91-630-7164-9"
    ),
    protocol=(
        "There is no official split, and none is usual enough to be the default: all angles are taken, and public code "
        "often takes the straight pictures alone, which is angle=S. AF01 and BF01 are the same woman in two sessions: "
        "a division by folder has seen every test face in training."
    ),
    defects=(
        (
            "Two files of the release, AF31V.JPG and AM31H.JPG, lack the code of their expression. They are left out, "
            "and the recorded layout says so; what they show is inferred by others and not taken over here."
        ),
        (
            "Some files of the release are plain black. Public scripts disagree how many, and list AF01SUFR, AF10AFFR, "
            "AF11NEHL, AF20DIHL, AM25DIFL, AM34DIFR, BF13NEHR, BM21DIFL, BM22DIHL and BM24DIFL. They are rows all the "
            "same."
        ),
    ),
    attributes={
        "angle": tuple(ANGLE_OF_CODE.values()),
        "sex": tuple(SEX_OF_CODE.values()),
        "session": ("A", "B"),
    },
    notes=(
        "Options: angle=S|HL|HR|FL|FR takes one angle, all by default; subject=F01 tests on one person, fold=0..9 on "
        "every tenth. An id is the official name without extension, such as AF01ANFL; the group of a row is the "
        "person, F01, of both sessions."
    ),
)

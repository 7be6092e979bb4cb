"""Facts of FERG-DB."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: There is no official order of indices; this one is alphabetical, as the authors list the expressions.
CLASSES = NAMED_ORDERS["alphabetical7"]
CHARACTERS = ("aia", "bonnie", "jules", "malcolm", "mery", "ray")

CARD = DatasetCard(
    name="ferg",
    title="FERG-DB, stylized characters",
    classes=CLASSES,
    splits=("all",),
    default_split="all",
    content="face_crop",
    counts=None,
    variants=(
        Variant(
            name="the release",
            split="all",
            total=55_767,
            counts=None,
            source="the authors' page, https://grail.cs.washington.edu/projects/deepexpr/ferg-2d-db.html",
            sure=True,
        ),
        Variant(
            name="the number in other listings",
            split="all",
            total=55_769,
            counts=None,
            source="listings of the set by others",
            sure=False,
        ),
    ),
    licence="For research, to those who fill in the request form of the authors; the terms stand in that form.",
    obtain="FERG-DB is asked for at https://grail.cs.washington.edu/projects/deepexpr/ferg-2d-db.html.",
    layout=(
        "FERG_DB_256/ (or this folder) with pictures named such as aia_anger_10.png, in folders such as aia/aia_anger/ "
        "or in any others"
    ),
    citation=(
        "Aneja, Colburn, Faigin, Shapiro, Mones: Modeling Stylized Character Expressions via Deep Learning, ACCV 2016"
    ),
    protocol=(
        "There is no official split. Where the pictures are divided by chance, all six characters were seen in "
        "training; subject=aia tests on one character, for networks that were trained without it."
    ),
    defects=("The pictures are renders of six drawn characters: they show nobody, and say little about people.",),
    attributes={"character": CHARACTERS},
    notes=(
        "Options: subject=aia tests on one character. An id is the file name without extension, such as aia_anger_10; "
        "the group of a row is the character."
    ),
)

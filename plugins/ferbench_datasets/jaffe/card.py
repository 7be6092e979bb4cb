"""Facts of JAFFE."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: There is no official order of indices; this one is alphabetical, as are the codes of the file names.
CLASSES = NAMED_ORDERS["alphabetical7"]
CLASS_OF_CODE = dict(zip(("AN", "DI", "FE", "HA", "NE", "SA", "SU"), CLASSES, strict=True))

CARD = DatasetCard(
    name="jaffe",
    title="JAFFE, Japanese Female Facial Expression",
    classes=CLASSES,
    splits=("all",),
    default_split="all",
    content="whole_frame",
    counts=None,
    variants=(
        Variant(
            name="the release",
            split="all",
            total=213,
            counts=dict(zip(CLASSES, (30, 29, 32, 31, 30, 31, 30), strict=True)),
            source=(
                "the total and the ten women are stated by the authors (https://zenodo.org/record/3451524); the "
                "counts by class are known from the field, add up to it, and are not confirmed"
            ),
            sure=False,
        ),
    ),
    licence=(
        "Non-commercial scientific research; access is restricted, asked for one by one, the source has to be cited, "
        "and the pictures may not be passed on."
    ),
    obtain="JAFFE is asked for at https://zenodo.org/record/3451524, after reading the instructions there.",
    layout="pictures named such as KA.AN1.39.tiff, in this folder or in any below it",
    citation="Lyons, Akamatsu, Kamachi, Gyoba: Coding Facial Expressions with Gabor Wavelets, FG 1998",
    protocol=(
        "There is no official split. A fair protocol keeps the women apart: leave one of the ten out, test on her, "
        "and average (subject=KA tests on one). Numbers from random divisions have seen the same faces in training; "
        "96.67 %, which several papers give, is 29 of 30 or 58 of 60 and so stands on such a division."
    ),
    defects=("213 pictures of ten women, posed: a 95 % interval is several points wide.",),
    notes=(
        "Options: subject=KA tests on one woman; fold=0..9 on every tenth, which is one too. An id is the official "
        "name without extension, such as KA.AN1.39; its first part is the subject, which is the group of a row."
    ),
)

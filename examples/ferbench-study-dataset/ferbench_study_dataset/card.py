"""Facts of the study. What nobody has counted is None."""

from __future__ import annotations

from ferbench.cards import DatasetCard
from ferbench.emotions import NAMED_ORDERS

#: In the index order of AffectNet, the one that most published label files have.
CLASSES = NAMED_ORDERS["affectnet7"]

#: Columns of pictures.csv that become attributes, with the values that may stand there.
ATTRIBUTES = {"sex": ("female", "male", "not stated"), "glasses": ("no", "yes")}

CARD = DatasetCard(
    name="study",
    title="A study of one's own: several raters a picture",
    classes=CLASSES,
    splits=("train", "test"),
    default_split="test",
    content="face_crop",
    # Every study has numbers of its own. A published set states them here, and other copies of it do not rank.
    counts=None,
    licence="What the people in the pictures have consented to. The plugin shows, copies and sends no picture.",
    obtain="These are pictures of your own study.",
    layout="pictures.csv (picture, person, split, sex, glasses), ratings.csv (picture, rater, expression), pictures/",
    citation=None,
    protocol=(
        "The label of a picture is the class that most of its raters chose. Pictures without such a class are left "
        "out, and the recorded layout says how many. No person may stand in two splits."
    ),
    defects=("Raters say what a face shows to them, and not what the person felt.",),
    attributes=ATTRIBUTES,
    private=True,
    redistributable=False,
    notes="Option: min_raters=3 leaves out pictures with fewer ratings than that; 1 by default.",
)

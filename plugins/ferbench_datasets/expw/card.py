"""Facts of ExpW."""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import NAMED_ORDERS

#: Classes in the order of the labels 0 to 6 of the list.
CLASSES = NAMED_ORDERS["fer2013"]

CARD = DatasetCard(
    name="expw",
    title="ExpW, Expression in-the-Wild",
    classes=CLASSES,
    splits=("all",),
    default_split="all",
    content="whole_frame",
    counts=None,
    variants=(
        Variant(
            name="the list",
            split="all",
            total=91_793,
            counts=dict(zip(CLASSES, (3671, 3995, 1088, 30_537, 10_559, 7060, 34_883), strict=True)),
            source=(
                "the total is that of the authors; by class it was counted by a user of the list "
                "(http://rhkb.cn/news/38351.html), and the classes add up to the total"
            ),
            sure=False,
        ),
    ),
    licence=(
        "Research only, as the Chinese University of Hong Kong gives it out; the pictures were found by an image "
        "search, their rights are those of their owners, and they may not be passed on."
    ),
    obtain="ExpW is offered at http://mmlab.ie.cuhk.edu.hk/projects/socialrelation/index.html.",
    layout=(
        "label/label.lst (or label.lst) with the pictures in image/origin/ (or origin/, image/); in this folder or in "
        "data or ExpW up to two levels below"
    ),
    citation=(
        "Zhang, Luo, Loy, Tang: From Facial Expression Recognition to Interpersonal Relation Prediction, IJCV 2018, "
        "arXiv:1609.06426"
    ),
    protocol=(
        "There is no official split: papers divide the faces by chance or make lists of their own (as the CD-FER "
        "benchmark does), so that their numbers hardly compare. Here all faces are the one split `all`."
    ),
    defects=(
        (
            "Pictures hold several faces: 91,793 lines name some 68,096 pictures, and a reader that kept one face a "
            "picture mixed up labels (wtomin/Multitask-Emotion-Recognition-with-Incomplete-Labels, issue 14)."
        ),
        (
            "Public loaders drop repeated lines of the list. Here lines that repeat word for word count once, and the "
            "recorded layout says how many there were; two lines that contradict each other are refused."
        ),
        "The classes are very uneven, from 1,088 to 34,883.",
    ),
    notes=(
        "An id is the name of the picture and the number of the face in it, such as angry_actor_104/0. Every row has "
        "the box of its face; the pictures are whole ones, so that a network for faces needs a crop by the box."
    ),
)

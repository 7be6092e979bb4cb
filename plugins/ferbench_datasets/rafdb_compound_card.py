"""Facts of the compound part of RAF-DB.

Nobody has verified here how its label list numbers the eleven classes, nor how many pictures its splits have. So the
card has no counts, and the order of CLASSES is that of the alphabet.
"""

from __future__ import annotations

from ferbench.cards import DatasetCard, Variant
from ferbench.emotions import COMPOUND
from ferbench_datasets.rafdb_card import CITATION, LICENCE, OBTAIN

CLASSES = COMPOUND

CARD = DatasetCard(
    name="rafdb_compound",
    title="RAF-DB, compound expressions",
    classes=CLASSES,
    splits=("train", "test"),
    default_split="test",
    content="aligned_face",
    counts=None,
    variants=tuple(
        Variant(
            name="the official split, as it is remembered",
            split=split,
            total=total,
            counts=None,
            source="memory: not verified in files or papers",
            sure=False,
        )
        for split, total in (("train", 3162), ("test", 792))
    ),
    licence=LICENCE,
    obtain=OBTAIN,
    layout=(
        "train/ and test/ (or valid/) with eleven folders named by class, such as happily_surprised; "
        "or, with class_order, such folders named by number, or EmoLabel/list_patition_label.txt (or "
        "list_partition_label.txt) with Image/aligned/; "
        "in this folder or in compound or RAF-DB up to two levels below"
    ),
    citation=CITATION,
    protocol=(
        "Accuracy and mean class accuracy on the test pictures over eleven classes; there is no validation split. "
        "RAF-CE is another set, with 4,549 pictures and 14 classes."
    ),
    defects=("The numbering of the classes in the label list is not verified: class_order has to say it.",),
    notes=(
        "Options: class_order=CLASS,CLASS,... names the eleven classes in the order of the labels of the list or of "
        "the numbers of the folders; images=aligned|aligned_224 picks the pictures where both are there."
    ),
)

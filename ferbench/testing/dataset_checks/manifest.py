"""Whether the rows of a split are what the card says, and can be recorded."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ferbench.emotions import KNOWN
from ferbench.errors import DataError
from ferbench.pipeline.data_identity import label_verdict
from ferbench.pipeline.scope import check_rows
from ferbench.testing.check import Check, Failed, NotApplicable, require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferbench.interfaces import Row
    from ferbench.testing.subjects import DatasetSubject

#: So many rows are named.
_FEW = 3


def ids(data: DatasetSubject) -> str:
    """Ids are unique texts in Unicode's composed form (NFC), without characters that cannot be printed or encoded."""
    rows = data.opened.rows
    require(bool(rows), "the split has no rows")
    require(len({row.id for row in rows}) == len(rows), "an id stands more than once")
    strange = [row.id for row in rows if not well_formed(row.id)]
    require(not strange, f"{len(strange)} ids are empty, not in NFC or cannot be printed: {shown(strange)}")
    return f"{len(rows)} ids, each once and printable"


def well_formed(name: str) -> bool:
    """Whether an id can be recorded, and is the same text on every system."""
    return bool(name) and name.isprintable() and unicodedata.is_normalized("NFC", name)


def labels(data: DatasetSubject) -> str:
    """Labels are classes of the set, in the names of ferbench; and the set has the classes of its card."""
    opened, card = data.opened, data.registered.entry.card
    unknown = [name for name in opened.classes if name not in KNOWN]
    require(not unknown, f"{', '.join(map(repr, unknown))} is no class that ferbench knows")
    stated = card.classes is None or tuple(card.classes) == opened.classes
    require(stated, f"its classes are {', '.join(opened.classes)}, and the card's {', '.join(card.classes or ())}")
    try:
        check_rows(opened, data.name)
    except DataError as error:
        raise Failed(error.found) from error
    return f"every label is one of {', '.join(opened.classes)}"


def counts(data: DatasetSubject) -> str:
    """The numbers of images by class are the official ones of the card, or those of a variant that it names."""
    card, split = data.registered.entry.card, data.registered.entry.card.default_split
    strange = {name for names in (card.counts or {}).values() for name in names} - set(card.classes or ())
    require(not strange or card.classes is None, f"the card counts {', '.join(sorted(strange))}, which is no class")
    if split not in (card.counts or {}) and not any(variant.split == split for variant in card.variants):
        raise NotApplicable("the card states no official number of images")
    verdict = label_verdict(card, split, data.opened.rows)
    require(verdict.kind != "unknown", verdict.finding)
    return f"{verdict.text}: {verdict.finding}"


def attributes(data: DatasetSubject) -> str:
    """Attributes are texts, and those that the card describes have the values that it lists."""
    card, rows = data.registered.entry.card, data.opened.rows
    names = {name for row in rows for name in row.attributes}
    unknown = sorted(names - set(card.attributes)) if card.attributes else []
    require(not unknown, f"the card says nothing of the attributes {', '.join(unknown)}")
    wrong = [text for row in rows for text in unlisted(row, data)]
    require(not wrong, f"{len(wrong)} values are not on the card: {shown(wrong)}")
    return f"attributes: {', '.join(sorted(names))}" if names else "no row has attributes"


def unlisted(row: Row, data: DatasetSubject) -> Iterator[str]:
    """The attributes of a row whose values the card does not list."""
    listed = data.registered.entry.card.attributes
    for name, value in row.attributes.items():
        if listed.get(name) and value not in listed[name]:
            yield f"{name}={value}"


def shown(texts: list[str]) -> str:
    """The first of some texts, each once."""
    return ", ".join(ascii(text) for text in list(dict.fromkeys(texts))[:_FEW])


CHECKS = (
    Check(
        name="ids",
        kinds=("dataset",),
        asks="Every row has an id of its own that can be recorded.",
        mend='Take official names, unicodedata.normalize("NFC", name), and add the folder where names repeat.',
        run=ids,
    ),
    Check(
        name="labels",
        kinds=("dataset",),
        asks="Every label is a class of the set, and the classes are those of the card.",
        mend="Translate the official labels into the names of ferbench.emotions, and raise DataError for any other.",
        run=labels,
    ),
    Check(
        name="counts",
        kinds=("dataset",),
        asks="The numbers of images by class are those that the card states.",
        mend="Correct the card from the official source, name the copy as a Variant, or leave counts None.",
        run=counts,
    ),
    Check(
        name="attributes",
        kinds=("dataset",),
        asks="Attributes are texts with the values that the card lists.",
        mend="Turn values into texts, and list them on the card: () for an attribute with free values.",
        run=attributes,
    ),
)

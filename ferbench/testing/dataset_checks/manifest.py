"""Whether the rows of every split that is here are what the card says, and can be recorded."""

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
    for split, opened in data.splits.items():
        rows = opened.rows
        require(bool(rows), f"the split {split} has no rows")
        require(len({row.id for row in rows}) == len(rows), f"an id stands more than once in {split}")
        strange = [row.id for row in rows if not well_formed(row.id)]
        few = f"{len(strange)} ids of {split} are empty, not in NFC or cannot be printed: {shown(strange)}"
        require(not strange, few)
    return f"{sizes(data)} ids, in each split once and printable"


def sizes(data: DatasetSubject) -> str:
    """How many rows each split has."""
    return ", ".join(f"{split} {len(opened.rows)}" for split, opened in data.splits.items())


def well_formed(name: str) -> bool:
    """Whether an id can be recorded, and is the same text on every system."""
    return bool(name) and name.isprintable() and unicodedata.is_normalized("NFC", name)


def labels(data: DatasetSubject) -> str:
    """Labels are classes of the set, in the names of ferbench; and the set has the classes of its card."""
    card = data.registered.entry.card
    for split, opened in data.splits.items():
        unknown = [name for name in opened.classes if name not in KNOWN]
        require(not unknown, f"{split}: {', '.join(map(repr, unknown))} is no class that ferbench knows")
        own, stated = ", ".join(opened.classes), ", ".join(card.classes or ())
        same = card.classes is None or tuple(card.classes) == opened.classes
        require(same, f"{split}: its classes are {own}, and the card's {stated}")
        try:
            check_rows(opened, data.name)
        except DataError as error:
            raise Failed(f"{split}: {error.found}") from error
    return f"every label is one of {', '.join(data.opened.classes)} ({', '.join(data.splits)})"


def counts(data: DatasetSubject) -> str:
    """The numbers of images by class are the official ones of the card, or those of a variant that it names."""
    card = data.registered.entry.card
    strange = {name for names in (card.counts or {}).values() for name in names} - set(card.classes or ())
    require(not strange or card.classes is None, f"the card counts {', '.join(sorted(strange))}, which is no class")
    official = {*(card.counts or {}), *(variant.split for variant in card.variants)}
    stated = {split: opened for split, opened in data.splits.items() if split in official}
    if not stated:
        raise NotApplicable(f"the card states no official number of images of {', '.join(data.splits)}")
    verdicts = {split: label_verdict(card, split, opened.rows) for split, opened in stated.items()}
    for split, verdict in verdicts.items():
        require(verdict.kind != "unknown", f"{split}: {verdict.finding}")
    return "; ".join(f"{split} {verdict.text}: {verdict.finding}" for split, verdict in verdicts.items())


def attributes(data: DatasetSubject) -> str:
    """Attributes are texts, and those that the card describes have the values that it lists."""
    card, rows = data.registered.entry.card, [row for opened in data.splits.values() for row in opened.rows]
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
        asks="Every row of a split has an id of its own that can be recorded.",
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

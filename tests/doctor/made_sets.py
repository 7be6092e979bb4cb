"""Data sets that a test makes of rows: small plugins, for what no real layout does."""

from __future__ import annotations

from dataclasses import dataclass

from ferbench.cards import DatasetCard
from ferbench.errors import DataNotFound
from ferbench.interfaces import Row
from tests.doctor.small_rafdb import registered

CLASSES = ("happiness", "sadness")


@dataclass(frozen=True)
class Opened:
    """A split whose sources are paths, or numbers of the pictures in `drawn`."""

    rows: tuple[Row, ...]
    drawn: tuple = ()
    classes: tuple[str, ...] = CLASSES

    def read(self, row):
        return row.source.read_bytes() if hasattr(row.source, "read_bytes") else self.drawn[row.source]


def made_set(splits, drawn=None, **facts):
    """A registered data set of rows by split; `drawn` holds its pictures by split where sources are numbers."""
    card = DatasetCard(
        **{
            "name": "made",
            "title": "Made",
            "classes": CLASSES,
            "splits": tuple(splits),
            "default_split": next(iter(splits)),
            "content": "any",
            "counts": None,
            "licence": "",
            "obtain": "",
            "layout": "none",
            "citation": None,
            "needs_root": False,
            **facts,
        }
    )

    def open_made(root, split):
        if splits[split] is None:
            raise DataNotFound("asked", "found", "todo")
        return Opened(tuple(splits[split]), tuple((drawn or {}).get(split, ())))

    return registered(card, open_made)


def rows(sources, labels=CLASSES, groups=None):
    """Rows of sources, the labels in turn."""
    return [
        Row(id=f"{number:03d}", label=labels[number % len(labels)], source=source, group=(groups or {}).get(number))
        for number, source in enumerate(sources)
    ]

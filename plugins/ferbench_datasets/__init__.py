"""Data sets of ferbench: those of the field, and the user's own pictures as a folder tree or as a table."""

from __future__ import annotations

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry
from ferbench_datasets import folder, rafdb, rafdb_card, table
from ferbench_datasets.fer2013 import card as fer2013_card
from ferbench_datasets.fer2013.opening import open_fer2013
from ferbench_datasets.ferplus import card as ferplus_card
from ferbench_datasets.ferplus.opening import open_ferplus


@hookimpl
def ferbench_datasets() -> list[DatasetEntry]:
    """The data sets of the field first, then `folder` and `table`."""
    return [
        DatasetEntry(card=rafdb_card.CARD, open=rafdb.open_rafdb),
        DatasetEntry(card=ferplus_card.CARD, open=open_ferplus),
        DatasetEntry(card=fer2013_card.CARD, open=open_fer2013),
        DatasetEntry(card=folder.CARD, open=folder.open_folder),
        DatasetEntry(card=table.CARD, open=table.open_table),
    ]

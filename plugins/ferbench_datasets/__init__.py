"""Data sets of ferbench: RAF-DB, and the user's own pictures as a folder tree or as a table."""

from __future__ import annotations

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry
from ferbench_datasets import folder, rafdb, rafdb_card, table


@hookimpl
def ferbench_datasets() -> list[DatasetEntry]:
    """Three entries: `rafdb`, `folder` and `table`."""
    return [
        DatasetEntry(card=rafdb_card.CARD, open=rafdb.open_rafdb),
        DatasetEntry(card=folder.CARD, open=folder.open_folder),
        DatasetEntry(card=table.CARD, open=table.open_table),
    ]

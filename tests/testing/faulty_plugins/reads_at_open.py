"""Reads all pictures when the data set is opened, and keeps none."""

from dataclasses import replace

from ferbench.errors import DataNotFound
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry
from tests.testing import sound


def open_faulty(root, split):
    """A split of which every picture has bytes."""
    opened = sound.open_sound(root, split)
    if not all(row.source.read_bytes() for row in opened.rows):
        raise DataNotFound(f"{root} was opened.", "A picture is empty.", "Copy it again.")
    return opened


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [DatasetEntry(card=replace(sound.DATASET, name="faulty"), open=open_faulty)]

"""Looks into a picture when the data set is opened."""

from dataclasses import replace

from PIL import Image

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry
from tests.testing import sound


def open_faulty(root, split):
    """A split, with the size of its first picture."""
    opened = sound.open_sound(root, split)
    with Image.open(opened.rows[0].source) as picture:
        assert picture.size
    return opened


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [DatasetEntry(card=replace(sound.DATASET, name="faulty"), open=open_faulty)]

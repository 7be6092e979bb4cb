"""Starts a program when the data set is opened."""

import subprocess
import sys
from dataclasses import replace

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry
from tests.testing import sound


def open_faulty(root, split):
    """A split, after a program has run."""
    subprocess.run([sys.executable, "-c", ""], check=True)
    return sound.open_sound(root, split)


@hookimpl
def ferbench_datasets():
    """One data set."""
    return [DatasetEntry(card=replace(sound.DATASET, name="faulty"), open=open_faulty)]

"""Makes up the statistics of its pictures."""

import random
from dataclasses import replace

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry
from tests.testing import sound

INPUT = replace(sound.INPUT, mean=(random.random(), 0.5, 0.5))


@hookimpl
def ferbench_models():
    """One model."""
    return [ModelEntry(card=replace(sound.MODEL, name="faulty", preprocess=INPUT), build=sound.build)]

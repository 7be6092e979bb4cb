"""A data set of one's own as a plugin of ferbench: pictures of several people, labelled by several raters."""

from __future__ import annotations

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry

from ferbench_study_dataset.card import CARD
from ferbench_study_dataset.opening import open_study

#: The version of ferbench's plugin API that this is written for.
FERBENCH_API = 1


@hookimpl
def ferbench_datasets() -> list[DatasetEntry]:
    """One entry, `study`."""
    return [DatasetEntry(card=CARD, open=open_study)]

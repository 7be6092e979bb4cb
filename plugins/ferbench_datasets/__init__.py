"""Data sets of ferbench: those of the field, and the user's own pictures as a folder tree or as a table."""

from __future__ import annotations

from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry
from ferbench_datasets import folder, rafdb, rafdb_card, rafdb_compound, rafdb_compound_card, table
from ferbench_datasets.affectnet import card as affectnet_card
from ferbench_datasets.affectnet.opening import open_affectnet7, open_affectnet8
from ferbench_datasets.affwild2 import card as affwild2_card
from ferbench_datasets.affwild2.opening import open_affwild2
from ferbench_datasets.caers import card as caers_card
from ferbench_datasets.caers.opening import open_caers
from ferbench_datasets.ckplus import card as ckplus_card
from ferbench_datasets.ckplus.opening import open_ckplus
from ferbench_datasets.expw import card as expw_card
from ferbench_datasets.expw.opening import open_expw
from ferbench_datasets.fer2013 import card as fer2013_card
from ferbench_datasets.fer2013.opening import open_fer2013
from ferbench_datasets.ferg import card as ferg_card
from ferbench_datasets.ferg.opening import open_ferg
from ferbench_datasets.ferplus import card as ferplus_card
from ferbench_datasets.ferplus.opening import open_ferplus
from ferbench_datasets.jaffe import card as jaffe_card
from ferbench_datasets.jaffe.opening import open_jaffe
from ferbench_datasets.kdef import card as kdef_card
from ferbench_datasets.kdef.opening import open_kdef
from ferbench_datasets.oulu import card as oulu_card
from ferbench_datasets.oulu.opening import open_oulu
from ferbench_datasets.sfew import card as sfew_card
from ferbench_datasets.sfew.opening import open_sfew


@hookimpl
def ferbench_datasets() -> list[DatasetEntry]:
    """The data sets of the field first, then `folder` and `table`."""
    return [
        DatasetEntry(card=rafdb_card.CARD, open=rafdb.open_rafdb),
        DatasetEntry(card=rafdb_compound_card.CARD, open=rafdb_compound.open_rafdb_compound),
        DatasetEntry(card=affectnet_card.CARD7, open=open_affectnet7),
        DatasetEntry(card=affectnet_card.CARD8, open=open_affectnet8),
        DatasetEntry(card=ferplus_card.CARD, open=open_ferplus),
        DatasetEntry(card=fer2013_card.CARD, open=open_fer2013),
        DatasetEntry(card=caers_card.CARD, open=open_caers),
        DatasetEntry(card=sfew_card.CARD, open=open_sfew),
        DatasetEntry(card=expw_card.CARD, open=open_expw),
        DatasetEntry(card=affwild2_card.CARD, open=open_affwild2),
        DatasetEntry(card=ferg_card.CARD, open=open_ferg),
        DatasetEntry(card=jaffe_card.CARD, open=open_jaffe),
        DatasetEntry(card=ckplus_card.CARD, open=open_ckplus),
        DatasetEntry(card=kdef_card.CARD, open=open_kdef),
        DatasetEntry(card=oulu_card.CARD, open=open_oulu),
        DatasetEntry(card=folder.CARD, open=folder.open_folder),
        DatasetEntry(card=table.CARD, open=table.open_table),
    ]

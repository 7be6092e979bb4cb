"""FERPlus opened: a release of pictures and votes, a rule that makes labels of the votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.base_search import search_base
from ferbench_datasets.fer2013.pixel_dataset import PixelCells
from ferbench_datasets.ferplus.card import CARD
from ferbench_datasets.ferplus.labelling import labelled_by_list, labelled_by_rule
from ferbench_datasets.ferplus.options import read_labelling
from ferbench_datasets.ferplus.ran import RAN, hard_subsets
from ferbench_datasets.ferplus.release import find_release, is_base
from ferbench_datasets.ferplus.rules import soft_label
from ferbench_datasets.opened import PictureFiles
from ferbench_datasets.ran_lists import find_ran_lists
from ferbench_datasets.request import require_folder, require_split
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench_datasets.ferplus.options import Labelling
    from ferbench_datasets.ferplus.release import Release
    from ferbench_datasets.ferplus.rules import Verdict

_USUAL_NAMES = frozenset({"ferplus", "fer+", "ferplusmaster", "fer2013", "data", "images"})


def open_ferplus(root: Path | None, split: str, **options: Any) -> PixelCells | PictureFiles:
    """Find a split of FERPlus and label it; ids are the official names (`fer0032220`) in every layout.

    `soft_label` of a row is described at `rules.soft_label`. With label_rule=list and the split train, the list may
    name validation pictures too: the lists that circulate merge the two.

    Raises:
        DataNotFound: no known layout, or not the asked split of it.
        DataError: a release or a list that cannot be used as it is.
        UsageError: a split or an option that FERPlus does not have.
    """
    require_split(CARD, split)
    labelling = read_labelling(options)
    folder = require_folder(CARD, root)
    base = search_base(CARD, folder, is_base, _USUAL_NAMES)
    release = find_release(base, folder, labelling.usages(split))
    verdicts = verdicts_of(release, split, labelling)
    require_sources(release, verdicts, split, labelling)
    lists = find_ran_lists(labelling.ran_lists, (base, folder), split, RAN)
    pictures = {ballot.id for ballot in release.ballots if ballot.id}
    attributes, words = ({}, "") if lists is None else hard_subsets(lists, verdicts.keys(), pictures)
    rows = tuple(
        row_of(name, release, verdicts[name], attributes.get(name, {}), labelling) for name in sorted(verdicts)
    )
    layout = f"{release.layout}, {shown(labelling.words)}{words}"
    if release.table is None:
        return PictureFiles(rows=rows, classes=labelling.classes, layout=layout)
    return PixelCells(path=release.table, rows=rows, classes=labelling.classes, layout=layout)


def row_of(name: str, release: Release, verdict: Verdict, attributes: Mapping[str, str], labelling: Labelling) -> Row:
    """The row of a picture."""
    return Row(
        id=name,
        label=verdict.label,
        source=release.sources[name],
        attributes=attributes,
        soft_label=soft_label(verdict, labelling.classes),
    )


def verdicts_of(release: Release, split: str, labelling: Labelling) -> Mapping[str, Verdict]:
    """Id -> verdict of every picture that the rule keeps, in the classes that were asked for."""
    if labelling.list is None:
        verdicts = labelled_by_rule(release.ballots, labelling.rule)
    else:
        verdicts = labelled_by_list(release.ballots, labelling.list, split)
    return {name: verdict for name, verdict in verdicts.items() if verdict.label in labelling.classes}


def require_sources(release: Release, verdicts: Mapping[str, Verdict], split: str, labelling: Labelling) -> None:
    """Refuse a split without any picture, or one whose pictures are not all there."""
    asked = f"The {split} pictures of FERPlus were to be listed by the {shown(labelling.words)}."
    absent = sorted(verdicts.keys() - release.sources.keys())
    if absent:
        raise DataError(
            asked,
            f"{len(absent)} of {len(verdicts)} are not there: {first_few(absent)}.",
            "Write the pictures again from fer2013.csv: without them the score would stand on another test set.",
        )
    if not verdicts:
        raise DataError(asked, "No picture is left.", "Check that the votes are those of this split.")

"""AffectNet opened: its original release, its numbered one, or class folders made of either."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ferbench.errors import UsageError
from ferbench_datasets.affectnet.card import CARD7, CARD8, CLASSES8
from ferbench_datasets.affectnet.class_folders import find_folders, read_folders
from ferbench_datasets.affectnet.csv_release import find_table, read_release
from ferbench_datasets.affectnet.entries import FilesBelow, require_every_class
from ferbench_datasets.affectnet.names import canonical_id
from ferbench_datasets.affectnet.numbered import find_annotated, find_listed, read_annotated, read_listed
from ferbench_datasets.base_search import search_base
from ferbench_datasets.ran_lists import POSE_LINE, RanList, RanLists, find_ran_lists, ran_attributes
from ferbench_datasets.request import not_found, read_options, require_folder, require_split

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ferbench.cards import DatasetCard
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Row
    from ferbench_datasets.affectnet.entries import Reading

#: Names under which the set circulates, in lower case and without separators.
USUAL_NAMES = frozenset({"affectnet", "affectnet7", "affectnet8", "manuallyannotated"})

RAN = RanLists(
    folder="AffectNet_dir",
    split="val",
    lists=(
        RanList(
            attribute="occlusion",
            file="occlusion_affectnet_list.txt",
            line=r"val/(?P<code>[0-9]{1,2})/(?P<name>[^/.\s]+)/?",
        ),
        RanList(attribute="pose30", file="pose_30_affectnet_list.txt", line=POSE_LINE),
        RanList(attribute="pose45", file="pose_45_affectnet_list.txt", line=POSE_LINE),
    ),
    classes=CLASSES8,
    canonical_id=canonical_id,
    naming="its lines name validation pictures by the hashes of the original release, which the numbered one has not",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A layout of a split: `find(base, split, number of classes)` gives what `read` reads, or None."""

    find: Callable[[Path, str, int], Path | None]
    read: Callable[[Path, Path, str, ClassOrder], Reading]


#: The one that wins first.
LAYOUTS = {
    "csv": Layout(find=find_table, read=read_release),
    "numbered": Layout(find=find_annotated, read=read_annotated),
    "list": Layout(find=find_listed, read=read_listed),
    "folders": Layout(find=find_folders, read=read_folders),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectnetOptions:
    """`layout` is a name of LAYOUTS, `ran_lists` a folder."""

    layout: str | None = None
    ran_lists: str | None = None


def open_affectnet7(root: Path | None, split: str, **options: Any) -> FilesBelow:
    """AffectNet without contempt; see open_affectnet."""
    return open_affectnet(CARD7, CLASSES8[:7], root, split, options)


def open_affectnet8(root: Path | None, split: str, **options: Any) -> FilesBelow:
    """AffectNet with contempt; see open_affectnet."""
    return open_affectnet(CARD8, CLASSES8, root, split, options)


def open_affectnet(
    card: DatasetCard, classes: ClassOrder, root: Path | None, split: str, options: dict[str, Any]
) -> FilesBelow:
    """Find a split; ids are numbers in six digits or hashes, see ferbench_datasets.affectnet.names.

    Raises:
        DataNotFound: no known layout, or not the asked split of it.
        DataError: a layout that cannot be used as it is.
        UsageError: a split or an option that AffectNet does not have.
    """
    require_split(card, split)
    chosen = read_options(AffectnetOptions, card, options)
    layouts = chosen_layouts(card, chosen.layout)
    folder = require_folder(card, root)
    base = search_base(card, folder, lambda place: is_base(place, card, layouts), USUAL_NAMES)
    found = read_split(base, card, classes, split, layouts)
    require_every_class(base, found.rows, classes)
    lists = find_ran_lists(chosen.ran_lists, (base, folder), split, RAN)
    rows, words = (found.rows, "") if lists is None else with_subsets(found.rows, lists, classes)
    return FilesBelow(
        folder=found.folder,
        rows=tuple(sorted(rows, key=lambda row: row.id)),
        classes=classes,
        layout=found.layout + words,
    )


def chosen_layouts(card: DatasetCard, name: str | None) -> list[Layout]:
    """The layouts to look for."""
    if name is None:
        return list(LAYOUTS.values())
    if name not in LAYOUTS:
        raise UsageError(
            f"layout={name} was given for {card.name}.",
            f"There are the layouts {', '.join(LAYOUTS)}.",
            "Pass one of these, or leave the option out.",
        )
    return [LAYOUTS[name]]


def is_base(folder: Path, card: DatasetCard, layouts: list[Layout]) -> bool:
    """Whether a folder holds any split in one of the layouts."""
    n_classes = len(card.classes or ())
    return any(layout.find(folder, split, n_classes) for layout in layouts for split in card.splits)


def read_split(base: Path, card: DatasetCard, classes: ClassOrder, split: str, layouts: list[Layout]) -> Reading:
    """A split by the first of the layouts that has it."""
    for layout in layouts:
        found = layout.find(base, split, len(classes))
        if found is not None:
            return layout.read(base, found, split, classes)
    raise not_found(card, base, f"The split {split} is not there.")


def with_subsets(rows: list[Row], lists: Path, classes: ClassOrder) -> tuple[list[Row], str]:
    """The rows with attributes by RAN's lists, and these lists in words."""
    attributes, words = ran_attributes(lists, RAN, {row.id: row.label for row in rows}, classes)
    return [replace(row, attributes=attributes[row.id]) for row in rows], words

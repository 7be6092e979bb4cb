"""The user's own pictures by a CSV table with a path, a label, and attributes in all further columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.cards import DatasetCard
from ferbench.emotions import CANONICAL, parse_class_order
from ferbench.errors import DataError
from ferbench.interfaces import Row
from ferbench_datasets.listing import visible
from ferbench_datasets.opened import PictureFiles, require_unique
from ferbench_datasets.request import not_found, read_options, require_root, require_split
from ferbench_datasets.table_cells import class_of, is_file, path_id, path_inside
from ferbench_datasets.table_columns import find_columns
from ferbench_datasets.table_file import read_table
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.emotions import ClassOrder
    from ferbench_datasets.table_columns import Columns
    from ferbench_datasets.table_file import Record

CARD = DatasetCard(
    name="table",
    title="Own pictures, listed in a CSV table",
    classes=None,
    splits=("all",),
    default_split="all",
    content="any",
    counts=None,
    licence="that of the pictures",
    obtain="These are your own pictures.",
    layout="a CSV file, or a folder with exactly one, whose paths are relative to it",
    citation=None,
    private=True,
    notes=(
        "Options: path_column, label_column, id_column, delimiter, and classes (an order such as rafdb, or a list) "
        "for labels that are numbers from 0."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """Names of columns, the delimiter, and the class order of labels that are numbers."""

    path_column: str | None = None
    label_column: str | None = None
    id_column: str | None = None
    delimiter: str | None = None
    classes: str | None = None


def open_table(root: Path | None, split: str, **options: Any) -> PictureFiles:
    """Read a table; rows keep its order, classes are those found, in canonical order.

    Raises:
        DataNotFound: no table is there.
        DataError: a table that cannot be used as it is, or that names pictures that are not there.
        UsageError: a split, an option or a class order that cannot mean anything.
    """
    require_split(CARD, split)
    chosen = read_options(TableOptions, CARD, options)
    order = None if chosen.classes is None else parse_class_order(chosen.classes)
    path = find_table(require_root(CARD, root))
    header, records = read_table(path, chosen.delimiter)
    given = {"path": chosen.path_column, "label": chosen.label_column, "id": chosen.id_column}
    rows = read_rows(path, find_columns(path, header, given), records, order)
    found = {row.label for row in rows}
    return PictureFiles(
        rows=tuple(rows), classes=tuple(name for name in CANONICAL if name in found), layout="table of paths and labels"
    )


def find_table(root: Path) -> Path:
    """The table: the root itself, or the only CSV file in it."""
    if not root.is_dir():
        return root
    tables = [root / entry.name for entry in visible(root) if entry.name.lower().endswith(".csv")]
    if not tables:
        raise not_found(CARD, root, "There is no CSV file in this folder.")
    if len(tables) > 1:
        raise DataError(
            f"The table in {shown(root)} was looked for.",
            f"There are {len(tables)}: {first_few([table.name for table in tables])}.",
            "Name one of them with --data-root.",
        )
    return tables[0]


def read_rows(path: Path, columns: Columns, records: list[Record], order: ClassOrder | None) -> list[Row]:
    """The rows of a table whose pictures are all there and whose ids are all different."""
    asked = f"The pictures of {shown(path)} were to be listed."
    folder = path.parent.resolve()
    rows = [read_row(asked, folder, columns, record, order) for record in records]
    require_unique(asked, ((row.id, f"line {record.line}") for row, record in zip(rows, records, strict=True)))
    absent = [row.source for row in rows if not is_file(row.source)]
    if absent:
        raise DataError(
            asked,
            f"{len(absent)} of {len(rows)} are not there: {first_few([at.relative_to(folder) for at in absent])}.",
            "Correct the paths, which are relative to the folder of the table, or leave these lines out.",
        )
    return rows


def read_row(asked: str, folder: Path, columns: Columns, record: Record, order: ClassOrder | None) -> Row:
    """One row below `folder`, which holds no links; without an id column its id is its path.

    Empty cells are no attributes.
    """
    cells = record.cells
    source = path_inside(asked, record.line, cells[columns.path], folder)
    name = path_id(source, folder) if columns.id is None else cells[columns.id]
    if not name:
        raise DataError(asked, f"Line {record.line} has no id.", "Give every row an id of its own.")
    return Row(
        id=name,
        label=class_of(asked, record.line, cells[columns.label], order),
        source=source,
        attributes={label: cells[i] for i, label in columns.attributes.items() if cells[i]},
    )

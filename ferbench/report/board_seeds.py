"""Boards on which the trainings of one network are one line: their mean, how far they spread, and how many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.leaderboard.seeds import SeedEntry, seed_entries
from ferbench.report import board_cells as cells
from ferbench.report.board_cells import Column, Line
from ferbench.report.board_sheets import FLATTERED, Grid, Sheet, printable, title
from ferbench.report.compare_texts import heading, shown
from ferbench.report.formatting import ABSENT, HEADLINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferbench.leaderboard.board import Board
    from ferbench.report.board_cells import RunColumn

EntryColumn = Column[SeedEntry]

MEANS = (
    "Runs of one model that differ in their weights alone are one line: mean, and standard deviation (n - 1). "
    "That they were trained alike stands in no record."
)


def seed_sheet(board: Board, top: int | None) -> Sheet:
    """A whole board with its ranked runs joined, at most `top` lines; runs that are not ranked are counted."""
    entries = seed_entries(board)
    return Sheet(
        board=board,
        title=printable(title(board)),
        ranked=Grid(tuple(seed_columns(board)), entries[:top]),
        unranked=Grid((), ()),
        notes=tuple(notes(board, entries)),
        more=f"Lines left out: {len(entries) - top:,}. --top {len(entries)} shows them."
        if top and top < len(entries)
        else "",
    )


def seed_columns(board: Board) -> list[EntryColumn]:
    """The columns of the entries of a board; how they saw pictures, where some of them saw other than whole ones."""
    seen = any(row.seen for row in board.ranked)
    return [column for column in all_seed_columns(board.metric) if seen or column is not SEEN]


def all_seed_columns(metric: str) -> list[EntryColumn]:
    """Every column that entries may have; what is said of weights and input holds for all runs of one."""
    others = [mean_column(name, yields=10) for name in HEADLINE if name != metric]
    same = [cells.PARAMS, cells.MACS, cells.SELECTED_BY, cells.EXTRA_DATA, cells.INPUT]
    return [RANK, MODEL, SEEN, RUNS, mean_column(metric, yields=0), *others, *map(of_first, same), RUN_IDS]


def mean_column(metric: str, yields: int) -> EntryColumn:
    """The mean of a metric over the runs of an entry, and how far they spread."""
    return Column(
        heading(metric),
        lambda entry: mean_text(metric, entry.scores.get(metric), entry.sd.get(metric)),
        {
            f"{metric}_mean": lambda entry: entry.scores.get(metric),
            f"{metric}_sd": lambda entry: entry.sd.get(metric),
        },
        yields,
        right=True,
    )


def mean_text(metric: str, mean: float | None, sd: float | None) -> str:
    """`91.20 (sd 0.31)`, or the mean alone, which is then that of one run."""
    if mean is None:
        return ABSENT
    return shown(metric, mean) + ("" if sd is None else f" (sd {shown(metric, sd)})")


def of_first(column: RunColumn) -> EntryColumn:
    """A column of runs for what all runs of an entry have in common."""

    def first(entry: SeedEntry) -> Line:
        return Line(entry.rows[0])

    facts = {name: lambda entry, fact=fact: fact(first(entry)) for name, fact in column.facts.items()}
    return Column(column.heading, lambda entry: column.text(first(entry)), facts, column.yields, column.right)


def notes(board: Board, entries: tuple[SeedEntry, ...]) -> Iterator[str]:
    """What to keep in mind about joined runs."""
    yield MEANS
    if any(cells.is_test_best(entry.rows[0]) for entry in entries):
        yield f"{FLATTERED}."
    if board.unranked:
        yield f"Runs that are not ranked, and in no line: {len(board.unranked):,}. Leave out --group-by to see them."
    if board.filtered:
        yield f"Runs that do not fit the filters, and are in no line: {board.filtered:,}."


RANK: EntryColumn = Column("rank", lambda entry: str(entry.rank), {"rank": lambda entry: entry.rank}, right=True)
MODEL = of_first(cells.MODEL)
SEEN = of_first(cells.SEEN)
RUNS: EntryColumn = Column("runs", lambda entry: str(entry.n), {"runs": lambda entry: entry.n}, right=True)
RUN_IDS: EntryColumn = Column(
    "run ids",
    lambda entry: ", ".join(row.run_id[:8] for row in entry.rows),
    {"run_ids": lambda entry: " ".join(row.run_id for row in entry.rows)},
    yields=11,
)

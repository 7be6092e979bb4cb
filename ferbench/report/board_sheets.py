"""Boards ready to be written in any format: a title, the ranked and the unranked rows, and what to keep in mind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from ferbench.report.board_cells import MARK, L, Line, beside_text, is_test_best
from ferbench.report.board_columns import is_grouped, ranked_columns, unranked_columns
from ferbench.report.formatting import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ferbench.leaderboard.board import Board
    from ferbench.leaderboard.views import CostName
    from ferbench.report.board_cells import Column
    from ferbench.report.board_claims import FindBeside

MIXED_INPUTS = "The rows saw different pixels of the same images: this compares systems, not models."
MIXED_DEVICES = "Latencies were measured on different devices or settings: compare only equal cost_keys (--json)."
GROUPS = (
    "Rows of a group could not be told apart from its first row (exact McNemar test, Holm, 0.05): ferbench compare."
)
FLATTERED = "Weights selected by their score on a test set (test-best): where it is this one, the value flatters them"
SELECTED = f"{MARK} {FLATTERED}, and its interval excludes that selection."
REPORTED = "Reported values are claims of others. They stand beside a measurement and never rank."


@dataclass(frozen=True, slots=True)
class Grid(Generic[L]):
    """Lines under columns."""

    columns: tuple[Column[L], ...]
    lines: tuple[L, ...]

    @property
    def headings(self) -> list[str]:
        """The headings, printable."""
        return [printable(column.heading) for column in self.columns]

    @property
    def cells(self) -> list[list[str]]:
        """The cells of all rows, printable: no control characters, no line ends."""
        return [[printable(column.text(line)) for column in self.columns] for line in self.lines]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One board. `ranked` and `unranked` have no lines where there are no such rows; `more` says how many are left out.

    The `notes` are about the ranked rows. All texts are printable: no control characters, no line ends.
    """

    board: Board
    title: str
    ranked: Grid[Any]
    unranked: Grid[Line]
    notes: tuple[str, ...]
    more: str

    @property
    def grids(self) -> list[Grid[Any]]:
        """The tables that have rows."""
        return [grid for grid in (self.ranked, self.unranked) if grid.lines]

    @property
    def remarks(self) -> list[str]:
        """Everything that stands below the tables."""
        return [*self.notes, self.more] if self.more else [*self.notes]


def sheet(board: Board, beside: FindBeside, pareto: CostName | None = None) -> Sheet:
    """A board with what is reported beside its ranked rows; `pareto` is the cost of the front that was asked for."""
    lines = tuple(Line(row, beside(board, row)) for row in board.ranked)
    others = tuple(Line(row) for row in board.unranked)
    return Sheet(
        board=board,
        title=printable(title(board)),
        ranked=Grid(tuple(ranked_columns(board, lines, front=pareto is not None)), lines),
        unranked=Grid(tuple(unranked_columns(board)), others),
        notes=tuple(notes(board, [*lines, *others], pareto)),
        more=more_text(board),
    )


def printable(text: str) -> str:
    """A text that may come from a stranger, in one line: control characters are spelt out."""
    return safe(text).plain


def more_text(board: Board) -> str:
    """How many rows are not shown, and how to see them; empty where all are."""
    more, filtered = board.more_ranked + board.more_unranked, board.filtered
    parts = [
        f"Rows left out: {more:,}. --top {len(board.rows) + more} or --format json shows them." if more else "",
        f"Rows that do not fit the filters: {filtered:,}. Ranks are those among all rows." if filtered else "",
    ]
    return " ".join(part for part in parts if part)


def title(board: Board) -> str:
    """The identity of a board, and the verdicts on labels and pixels where its ranked rows agree in both."""
    return (
        f"{board.dataset} ({board.split}), {board.n:,} images{without(board)}, items {board.items_sha256[:8]}, "
        f"{board.label_mode} labels, by {board.metric}{agreed_verdicts(board)}"
    )


def agreed_verdicts(board: Board) -> str:
    """The verdicts that all ranked rows share, as the end of a title; empty where they differ, or nobody looked."""
    if len({(row.labels, row.pixels) for row in board.ranked}) != 1:
        return ""
    first = board.ranked[0]
    found = {"labels": first.labels, "pixels": first.pixels}
    return "".join(f"; {what}: {verdict}" for what, verdict in found.items() if verdict)


def without(board: Board) -> str:
    """The classes whose images a board leaves out, after the number of those that it has."""
    return f" without {', '.join(board.left_out)}" if board.left_out else ""


def notes(board: Board, lines: Sequence[Line], pareto: CostName | None) -> Iterator[str]:
    """What to keep in mind about a board and the rows of it that are shown."""
    if any(is_test_best(line.row) for line in lines):
        yield SELECTED
    if is_grouped(board):
        yield GROUPS
    if pareto is not None:
        yield f"Front: no other row is better in {board.metric} or in {pareto} without being worse in the other."
    if any(map(beside_text, lines)):
        yield REPORTED
    if board.mixed_inputs:
        yield MIXED_INPUTS
    if len({row.cost_key for row in board.ranked}) > 1:
        yield MIXED_DEVICES

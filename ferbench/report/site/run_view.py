"""A run as its page shows it, from its sealed record and its predictions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.errors import FerbenchError
from ferbench.leaderboard.documents import texts
from ferbench.report.board_cells import TEST_BEST
from ferbench.report.site.names import model_page, run_page
from ferbench.report.site.reproduce import command_for
from ferbench.report.site.run_figures import classes_figure, reliability_figure
from ferbench.report.site.run_numbers import run_numbers
from ferbench.report.site.run_texts import run_texts

if TYPE_CHECKING:
    from ferbench.leaderboard.board import BoardRow
    from ferbench.leaderboard.rows import RunRow
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.report.site.figures import Figure
    from ferbench.report.site.run_numbers import RunNumbers
    from ferbench.report.site.run_texts import RunTexts

BROKEN_SEAL = "broken seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContents:
    """What a sound record and its predictions give."""

    texts: RunTexts
    numbers: RunNumbers
    classes_figure: Figure
    reliability_figure: Figure
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run with its page. `placed` is its row on a board, where it has one; `reasons` why it is not ranked.

    Where there are no `contents`, `unreadable` says why.
    """

    row: RunRow
    page: str
    model_page: str
    placed: BoardRow | None
    reasons: tuple[str, ...]
    contents: RunContents | None
    unreadable: str

    @property
    def weights_sha256(self) -> str:
        """The SHA-256 of the weights; empty for random ones, which a seed stands for."""
        found = self.row.weights_sha256 or ""
        return found if re.fullmatch("[0-9a-f]{64}", found) else ""

    @property
    def test_best(self) -> bool:
        """Whether the weights were chosen by their score on a test set."""
        return self.row.selection == TEST_BEST


def run_view(leaderboard: Leaderboard, row: RunRow, placed: BoardRow | None) -> RunView:
    """The view of a run; one that was damaged has a view that says so, and does not stop the site."""
    contents, unreadable = read_contents(leaderboard, row.run_id)
    return RunView(
        row=row,
        page=run_page(row.model, row.dataset, row.run_id),
        model_page=model_page(row.model),
        placed=placed,
        reasons=placed.reasons if placed else reasons_of(leaderboard, row),
        contents=contents,
        unreadable=unreadable,
    )


def reasons_of(leaderboard: Leaderboard, row: RunRow) -> tuple[str, ...]:
    """Why a run that no board shows is not ranked."""
    withdrawn = (f"invalidated: {row.invalidated}",) if row.invalidated is not None else ()
    broken = () if leaderboard.seal_holds(row.run_id) else (BROKEN_SEAL,)
    return (*row.not_ranked_because, *withdrawn, *broken)


def read_contents(leaderboard: Leaderboard, run_id: str) -> tuple[RunContents | None, str]:
    """What the record and the predictions of a run give, or why they give nothing."""
    try:
        record, predictions = leaderboard.record_of(run_id), leaderboard.predictions(run_id)
        numbers = run_numbers(predictions, tuple(texts(record["dataset_classes"], "dataset_classes")))
        return RunContents(
            texts=run_texts(record),
            numbers=numbers,
            classes_figure=classes_figure(numbers),
            reliability_figure=reliability_figure(numbers),
            command=tuple(command_for(record)),
        ), ""
    except FerbenchError as error:
        return None, f"{error.asked} {error.found}"
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # A database may come from a stranger, who can seal what he likes.
        return None, f"Its record is not the one of a run: {type(error).__name__}: {error}."

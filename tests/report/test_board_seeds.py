"""Boards on which the trainings of one network are one line."""

from __future__ import annotations

import csv
import io
from statistics import fmean, stdev

import pytest

from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.store import Leaderboard
from ferbench.report.board_csv import csv_text
from ferbench.report.board_documents import entry_documents
from ferbench.report.board_html import html
from ferbench.report.board_latex import latex
from ferbench.report.board_markdown import markdown
from ferbench.report.board_seeds import MEANS, all_seed_columns, seed_sheet
from ferbench.report.board_sheets import FLATTERED
from tests.leaderboard.building import build_result

ACCURACIES = {1: 0.80, 2: 0.84, 3: 0.86}


def weights(seed, selection="last"):
    """What a record says of the weights of one training."""
    return {"name": f"seed_{seed}", "sha256": f"{seed:064}", "selection": selection, "extra_data": []}


def trained(seed, accuracy, **changes):
    """A run of one training of a network."""
    spec = {"preprocess": {"crop": "none"}, "model_options": {}, "plugin": {"name": "mine", "sha256": "0" * 64}}
    return build_result(seed, accuracy=accuracy, weights=weights(seed), **{"model": "mine", **spec, **changes})


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """Three trainings of one model, one run of another, and one that is not ranked."""
    leaderboard = Leaderboard(tmp_path_factory.mktemp("seeds") / "board.sqlite")
    for seed, accuracy in ACCURACIES.items():
        leaderboard.record(trained(seed, accuracy))
    leaderboard.record(build_result(4, accuracy=0.9))
    leaderboard.record(trained(5, 0.99, ranked=False, not_ranked_because=["random weights"]))
    (found,) = boards(leaderboard)
    return found


def test_trainings_of_one_model_are_one_line(board):
    """Mean and standard deviation, the number of runs, and all of their ids."""
    sheet = seed_sheet(board, None)
    rows = [dict(zip(sheet.ranked.headings, cells, strict=True)) for cells in sheet.ranked.cells]

    assert [(row["rank"], row["model"], row["runs"]) for row in rows] == [("1", "model_4", "1"), ("2", "mine", "3")]
    assert rows[0]["accuracy %"] == "90.00"
    assert rows[1]["accuracy %"] == "83.33 (sd 3.06)"
    assert rows[1]["run ids"].count(",") == 2
    assert MEANS in sheet.notes


def test_runs_that_are_not_ranked_are_counted_and_never_joined(board):
    """A run without a rank is in no mean, and a note says how many there are."""
    sheet = seed_sheet(board, None)

    assert any(note.startswith("Runs that are not ranked, and in no line: 1.") for note in sheet.notes)
    assert "99.00" not in markdown([sheet])


def test_selection_on_a_test_set_is_said(board):
    """A mean over runs that were selected by a test score is flattered as well."""
    assert f"{FLATTERED}." in seed_sheet(board, None).notes


def test_every_format_writes_the_lines(board):
    """Markdown, CSV, HTML and LaTeX have the same lines as the terminal."""
    sheet = seed_sheet(board, None)
    lines = list(csv.DictReader(io.StringIO(csv_text([sheet], all_seed_columns("accuracy")))))

    for text in (markdown([sheet]), html([sheet]), latex([sheet])):
        assert "83.33 (sd 3.06)" in text
    assert [(line["model"], line["runs"]) for line in lines] == [("model_4", "1"), ("mine", "3")]
    assert float(lines[1]["accuracy_mean"]) == pytest.approx(fmean(ACCURACIES.values()))
    assert float(lines[1]["accuracy_sd"]) == pytest.approx(stdev(ACCURACIES.values()))
    assert lines[0]["accuracy_sd"] == ""
    assert len(lines[1]["run_ids"].split()) == 3


def test_json_has_means_deviations_and_runs(board):
    """What a program needs to look at the runs behind a line."""
    first, second = entry_documents([seed_sheet(board, None)])

    assert (first["rank"], first["runs"], first["sd"]["accuracy"]) == (1, 1, None)
    assert second["scores"]["accuracy"] == pytest.approx(fmean(ACCURACIES.values()))
    assert len(second["run_ids"]) == second["runs"] == 3
    assert second["items_sha256"] == board.items_sha256


def test_lines_above_the_limit_are_counted(board):
    """`--top` cuts lines, not the runs that a mean needs."""
    sheet = seed_sheet(board, 1)

    assert len(sheet.ranked.lines) == 1
    assert sheet.more == "Lines left out: 1. --top 2 shows them."


def test_the_same_model_that_saw_otherwise_is_told_apart(tmp_path):
    """Runs over several views of a picture are another line, and a column says which."""
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    leaderboard.record(trained(1, 0.8))
    leaderboard.record(trained(2, 0.9, tta="flip"))
    (found,) = boards(leaderboard)
    lines = markdown([seed_sheet(found, None)]).splitlines()

    assert ["TTA flip" in line for line in lines if "mine" in line] == [True, False]

"""A board of many runs is quick because of what it does not read: told by SQLite's plans, not by a clock."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import sqlite

from ferbench.leaderboard import queries
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.views import BoardView
from tests.leaderboard.building import AFFECTNET8, build_result


def plan(board, statement):
    """How SQLite runs a statement, one step a line."""
    sql = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with board.database.reading() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]


@pytest.mark.parametrize(
    ("asked", "step"),
    [
        ({"dataset": "rafdb"}, "SEARCH run USING COVERING INDEX ix_run_board (dataset=?)"),
        (
            {"dataset": "rafdb", "split": "test"},
            "SEARCH run USING COVERING INDEX ix_run_board (dataset=? AND split=?)",
        ),
        ({}, "SCAN run USING COVERING INDEX ix_run_board"),
    ],
)
def test_runs_are_placed_from_the_index_alone(board, asked, step):
    """All that places a run stands in one index, its scores are found by their key, and nothing needs sorting."""
    board.record(build_result(1))
    found = plan(board, queries.standings(**asked, label_mode="mask"))

    assert found[0] == step
    assert len(found) == 4
    assert "SEARCH invalidation" in found[1]
    for name, line in zip(("mask", "strict"), found[2:], strict=True):
        key = "(run_id=? AND output=? AND metric=? AND label_mode=? AND slice=?)"
        assert line.startswith(f"SEARCH score_{name} USING PRIMARY KEY {key}")


@pytest.mark.parametrize("statement", [queries.board_runs({"a", "b"}), queries.board_scores({"a", "b"})], ids=str)
def test_rows_are_looked_up_by_their_ids(board, statement):
    """What is read of the rows that are shown is searched for, never scanned."""
    board.record(build_result(1))

    assert [line for line in plan(board, statement) if not line.startswith(("SEARCH", "LIST"))] == []


def test_bits_are_found_from_the_index_of_boards(board):
    """Right answers are read run by run, of the data set that is asked for."""
    board.record(build_result(1))
    first, second = plan(board, queries.right_answers("rafdb"))

    assert first == "SEARCH run USING COVERING INDEX ix_run_board (dataset=?)"
    assert second.startswith("SEARCH correctness USING")


@pytest.fixture
def statements(board):
    """(statement, parameters) of everything that is read after the fixture."""
    for seed in range(30):
        board.record(build_result(seed, n=40, classes=AFFECTNET8))
    seen = []
    event.listen(board.database._reader, "before_cursor_execute", lambda *args: seen.append(args[2:4]))
    return seen


@pytest.mark.parametrize("options", [{}, {"label_mode": "mask"}, {"view": BoardView(top=3)}])
def test_no_outputs_are_read(board, statements, options):
    """The outputs of a run, which are most of a database, lie in a table that no board touches."""
    boards(board, "rafdb", **options)

    assert statements
    assert [sql for sql, _ in statements if re.search(r"\bprediction\b|\boutputs\b", sql)] == []


def test_only_records_of_shown_rows_are_read(board, statements):
    """Of thirty runs three are shown, and three records are read."""
    boards(board, "rafdb", view=BoardView(top=3))
    ((sql, parameters),) = [item for item in statements if "run.record" in item[0]]

    assert "run.run_id IN" in sql
    assert len(parameters) == 3

"""From the first schema to the second: everything that was there is there, and boards say the same as for new runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ferbench.canonical import canonical_json, sha256_text
from ferbench.leaderboard.ranking import boards
from ferbench.leaderboard.schema import REVISION
from tests.leaderboard.building import AFFECTNET8, build_result, build_test_set
from tests.leaderboard.earlier import schema_of

UNDECODABLE = b"\xff.png".decode("utf-8", "surrogateescape")
SET = build_test_set(50, AFFECTNET8[:7])


def results():
    """A plain run, one in both label modes, one that saw pictures in its own way, one with undecodable names."""
    licence = {"name": UNDECODABLE, "sha256": "s", "selection": "last", "extra_data": None, "licence": UNDECODABLE}
    seen = {
        "tta": "flip",
        "views": 2,
        "left_out": {"fear": 3},
        "labels": {"text": "official"},
        "pixels": {"text": "unknown"},
    }
    return (
        build_result(1, test_set=SET),
        build_result(2, test_set=SET, classes=AFFECTNET8),
        build_result(3, test_set=SET, **seen),
        build_result(4, test_set=SET, model=UNDECODABLE, weights=licence, failures={"test_0000": UNDECODABLE}),
    )


def change(path, statement, *values):
    """Run one statement on the file, as somebody with a database browser would: nobody checks foreign keys."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(statement, values).rowcount > 0
        connection.commit()


@pytest.fixture
def earlier(tmp_path):
    return schema_of("0001", tmp_path / "earlier.sqlite", results())


def test_a_database_of_the_first_schema_is_what_it_says(earlier):
    """The fixture has the tables of that time."""
    assert earlier.database.revision() == "0001"
    with earlier.database._reader.begin() as connection:
        columns = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(run)")]
        assert "network_key" not in columns
        assert connection.exec_driver_sql("SELECT count(*) FROM prediction WHERE length(correct) = 7").scalar() == 4


@pytest.mark.parametrize("label_mode", ["strict", "mask"])
def test_boards_are_those_of_runs_recorded_today(earlier, board, label_mode):
    """Every field of every row is the same, groups and conditions included, and all of them are ranked."""
    for result in results():
        board.record(result)

    assert boards(earlier, label_mode=label_mode) == boards(board, label_mode=label_mode)
    assert earlier.database.revision() == REVISION
    assert len(boards(earlier)[0].ranked) == 4
    assert {(row.seen, row.views) for row in boards(earlier)[0].ranked} == {("", 1), ("TTA flip", 2)}


def test_all_parts_of_a_run_come_through(earlier):
    """Record, seal, scores, cost, predictions, right answers and images."""
    for result in results():
        run = result.run_id
        assert earlier.record_of(run) == result.record
        assert earlier.seal_holds(run)
        assert earlier.predictions(run).sha256() == result.predictions.sha256()
        assert earlier.correct(run).mean() == result.record["scores"]["strict"]["accuracy"]
        assert earlier.test_set(run) == result.test_set
        assert len(earlier.scores(run)) == len(result.scores)
        assert earlier.cost(run)["macs"] == result.cost.macs


def test_withdrawn_runs_stay_withdrawn(earlier):
    """An invalidation is a row that nothing touches."""
    path, run_id = earlier.database.path, results()[0].run_id
    change(path, "INSERT INTO invalidation (run_id, at, reason) VALUES (?, '2025-01-01', 'wrong')", run_id)

    assert earlier.invalidation_of(run_id).reason == "wrong"
    assert len(boards(earlier)[0].ranked) == 3


def test_runs_can_be_recorded_afterwards(earlier):
    """A writer migrates as well as a reader."""
    earlier.record(build_result(9, test_set=SET))

    assert len(boards(earlier)[0].ranked) == 5


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"weights":1,"preprocess":2}', "\udcff"])
def test_a_broken_record_is_survived(earlier, text):
    """Whatever stands in place of a record, the others are migrated, and this one is listed without a rank."""
    broken = results()[0].run_id
    change(
        earlier.database.path,
        "UPDATE run SET record = CAST(? AS TEXT) WHERE run_id = ?",
        text.encode("utf-8", "surrogateescape"),
        broken,
    )

    (found,) = boards(earlier)

    assert [(row.run_id, row.reasons) for row in found.unranked] == [(broken, ("broken seal",))]
    assert len(found.ranked) == 3


def test_a_record_of_bytes_is_survived(earlier):
    """SQLite keeps what is written to a column, of any type."""
    change(earlier.database.path, "UPDATE run SET record = x'ff' WHERE run_id = ?", results()[0].run_id)

    assert [row.reasons for row in boards(earlier)[0].unranked] == [("broken seal",)]


def test_a_sealed_record_of_something_else_is_survived(earlier):
    """A seal can be made for anything."""
    text = canonical_json({"preprocess": [], "weights": [1]})
    statement = "UPDATE run SET record = ?, seal = ? WHERE run_id = ?"
    change(earlier.database.path, statement, text, sha256_text(text), results()[0].run_id)

    assert [row.reasons for row in boards(earlier)[0].unranked] == [("the record is not one of a run",)]


def test_an_undecodable_id_is_survived(earlier):
    """An id that is no text any more finds nothing, and keeps nobody from the others."""
    change(earlier.database.path, "UPDATE run SET run_id = CAST(x'ff' AS TEXT) WHERE run_id = ?", results()[0].run_id)

    assert len(boards(earlier)[0].ranked) == 3


def test_rows_of_no_run_are_survived(earlier):
    """Scores and right answers of a run that was deleted by hand do not stop a migration."""
    change(earlier.database.path, "DELETE FROM run WHERE run_id = ?", results()[0].run_id)

    assert len(boards(earlier)[0].ranked) == 3


def test_more_runs_than_are_read_at_once(tmp_path):
    """Records are read some hundreds at a time; none is left out."""
    own = build_test_set(7, AFFECTNET8[:7])
    runs = [build_result(seed, test_set=own, model="net", tta="flip") for seed in range(405)]
    board = schema_of("0001", tmp_path / "earlier.sqlite", runs)

    (found,) = boards(board)

    assert len(found.ranked) == 405
    assert {row.seen for row in found.ranked} == {"TTA flip"}
    assert len({row.network_key for row in found.ranked}) == 1


def test_an_empty_database_is_migrated(tmp_path):
    """A database that was made and never used."""
    assert boards(schema_of("0001", tmp_path / "earlier.sqlite", [])) == []

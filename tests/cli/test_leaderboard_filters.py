"""`ferbench leaderboard`: which rows are shown, in which order, and what is said where there is nothing to show."""

from __future__ import annotations

import csv
import io

import pytest

from ferbench.leaderboard.store import Leaderboard
from tests.leaderboard.building import build_cost, build_result

HTML_OF_NOTHING = "<p>No run is recorded.</p>"


def weights(name, **changes):
    """What a record says of weights."""
    return {"name": name, "sha256": "0" * 64, "selection": "last", "extra_data": [], "licence": "MIT", **changes}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Three ranked runs of two models on one data set that no plugin knows, other weights each."""
    path = tmp_path_factory.mktemp("filters") / "board.sqlite"
    leaderboard = Leaderboard(path)
    known = {"dataset": "mystery"}
    leaderboard.record(build_result(1, accuracy=0.7, model="small", weights=weights("a"), **known))
    leaderboard.record(build_result(2, accuracy=0.9, weights=weights("b", selection="test-best"), **known))
    leaderboard.record(build_result(3, accuracy=0.8, weights=weights("c", licence="CC BY-NC 4.0"), **known))
    return path


def models(done):
    """The models of a board in CSV, in its order."""
    return [row["model"] for row in csv.DictReader(io.StringIO(done.out, newline=""))]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((), ["model_2", "model_3", "small"]),
        (("--model", "small"), ["small"]),
        (("--selection", "test-best"), ["model_2"]),
        (("--licence", "by-nc"), ["model_3"]),
        (("--licence", "mit", "--selection", "last"), ["small"]),
        (("--sort", "params"), ["small", "model_2", "model_3"]),
        (("--sort", "accuracy"), ["model_2", "model_3", "small"]),
        (("--sort", "nll"), None),
        (("--top", "2"), ["model_2", "model_3"]),
        (("--model", "nobody"), []),
    ],
)
def test_rows_are_those_that_are_asked_for(call, database, asked, found):
    """Model, selection and licence filter; a metric or a cost sorts; `--top` cuts."""
    done = call("leaderboard", "--format", "csv", "--db", database, *asked)

    assert done.status == 0, done.err
    assert models(done) == found if found is not None else len(models(done)) == 3


def test_filters_change_no_rank_and_are_said(call, database):
    """A row keeps its rank among all rows, and the table counts those that are hidden."""
    done = call("leaderboard", "--model", "small", "--db", database)
    (row,) = call("leaderboard", "--model", "small", "--json", "--db", database).json["rows"]

    assert row["rank"] == 3
    assert "Rows that do not fit the filters: 2" in done.out


def test_the_front_is_marked(call, tmp_path):
    """`--pareto macs` marks the rows that no other beats in both, and says what that means."""
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    for seed, accuracy in ((1, 0.7), (2, 0.9), (3, 0.8)):
        leaderboard.record(build_result(seed, accuracy=accuracy))
    marked = call("leaderboard", "--pareto", "params", "--json").json["rows"]
    text = call("leaderboard", "--pareto", "params").out

    # Parameters grow with the seed.
    assert build_cost(1).params_total < build_cost(2).params_total < build_cost(3).params_total
    assert {row["model"]: row["on_front"] for row in marked} == {"model_1": True, "model_2": True, "model_3": False}
    assert "front" in text
    assert "no other row is better in accuracy or in params" in text
    assert {row["on_front"] for row in call("leaderboard", "--json").json["rows"]} == {None}


@pytest.mark.parametrize("option", ["--pareto", "--sort", "--selection", "--format"])
def test_unknown_values_of_options_are_refused(call, database, option):
    """Exit 2 for a cost, a metric, a selection or a format that does not exist."""
    done = call("leaderboard", option, "nonsense", "--db", database)

    assert (done.status, done.out) == (2, "")
    assert "nonsense" in done.err


def test_a_metric_without_a_direction_sorts_nothing(call, database):
    """Exit 2, as for `--metric`."""
    assert call("leaderboard", "--sort", "support/fear", "--db", database).status == 2


@pytest.mark.parametrize(
    ("typed", "meant"), [("rafbd", "'rafdb'"), ("mistery", "'mystery'"), ("affectnet", "'affectnet")]
)
@pytest.mark.parametrize("form", ["table", "json", "html"])
def test_a_data_set_that_nobody_knows_gets_a_hint(call, database, typed, meant, form):
    """Exit 2 with near names, of plugins and of recorded runs."""
    done = call("leaderboard", "--dataset", typed, "--format", form, "--db", database)

    assert (done.status, done.out) == (2, "")
    assert f"Did you mean {meant}" in done.err or f"or {meant}" in done.err
    assert "ferbench list datasets" in done.err


def test_a_data_set_of_recorded_runs_is_known(call, database):
    """A data set whose plugin is not loaded has its board; other filters may leave nothing of it."""
    assert call("leaderboard", "--dataset", "mystery", "--db", database).status == 0
    assert call("leaderboard", "--dataset", "mystery", "--split", "train", "--db", database).status == 0


@pytest.mark.parametrize(
    ("form", "out"),
    [
        ("table", ""),
        ("md", ""),
        ("latex", ""),
        ("csv", "dataset,split,"),
        ("html", HTML_OF_NOTHING),
        ("json", '"rows": []'),
    ],
)
def test_an_empty_leaderboard_is_a_document_too(call, tmp_path, form, out):
    """Exit 0: nothing went wrong. A valid document without rows, and the way to begin on stderr."""
    missing = tmp_path / "none" / "board.sqlite"
    done = call("leaderboard", "--dataset", "rafdb", "--format", form, "--db", missing)

    assert done.status == 0
    assert out in done.out
    assert bool(out) == bool(done.out)
    assert "ferbench run" in done.err
    assert not missing.parent.exists()


def test_trainings_are_joined_to_one_line(call, tmp_path):
    """`--group-by model` gives means instead of runs, in every format, with `--top` for its lines."""
    leaderboard = Leaderboard(tmp_path / "board.sqlite")
    same = {"model": "mine", "model_options": {}, "preprocess": {"crop": "none"}}
    for seed, accuracy in ((1, 0.7), (2, 0.9)):
        own = weights(f"seed_{seed}", sha256=f"{seed:064}")
        leaderboard.record(build_result(seed, accuracy=accuracy, weights=own, **same))
    leaderboard.record(build_result(3, accuracy=0.6))
    document = call("leaderboard", "--group-by", "model", "--json").json
    lines = [(entry["model"], entry["runs"]) for entry in document["entries"]]

    assert lines == [("mine", 2), ("model_3", 1)]
    assert document["entries"][0]["scores"]["accuracy"] == pytest.approx(0.8)
    assert "rows" not in document
    assert "80.00 (sd 14.14)" in call("leaderboard", "--group-by", "model").out
    assert models(call("leaderboard", "--group-by", "model", "--format", "csv", "--top", 1)) == ["mine"]


@pytest.mark.parametrize("order", [("--sort", "macs"), ("--pareto", "macs")])
def test_joined_runs_have_no_order_of_single_ones(call, database, order):
    """Exit 2: which run of a line would it be?"""
    done = call("leaderboard", "--group-by", "model", *order, "--db", database)

    assert (done.status, done.out) == (2, "")
    assert "--group-by" in done.err

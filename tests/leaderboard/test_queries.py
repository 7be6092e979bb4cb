"""Every statement compiles for SQLite and for PostgreSQL, and none is written anywhere else."""

from __future__ import annotations

import ast
import inspect

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from ferbench.leaderboard import migrate, queries
from tests.leaderboard.processes import ROOT

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}

#: Every function of `queries`, with arguments that bring out all of its clauses.
STATEMENTS = {
    "runs": queries.runs(dataset="rafdb", model="poster_v2"),
    "standings": queries.standings(dataset="rafdb", split="test", metric="recall/fear", label_mode="mask"),
    "filtered": queries.filtered(dataset="rafdb", split="test"),
    "board_runs": queries.board_runs({"id", "another"}),
    "board_scores": queries.board_scores({"id"}, metric="recall/fear", label_mode="mask"),
    "headline_scores": queries.headline_scores(),
    "right_answers": queries.right_answers(dataset="rafdb", split="test"),
    "manifests": queries.manifests({1, 2}),
    "finished": queries.finished("m", "d", "s", "digest"),
    "latest_run_id": queries.latest_run_id(),
    "run_ids": queries.run_ids("50%_"),
    "record": queries.record("id"),
    "predictions": queries.predictions("id"),
    "correct": queries.correct("id"),
    "manifest": queries.manifest("id"),
    "scores": queries.scores("id"),
    "cost": queries.cost("id"),
    "invalidation": queries.invalidation("id"),
    "test_set_id": queries.test_set_id("digest"),
    "add_test_set": queries.add_test_set(),
    "add_run": queries.add_run(),
    "add_scores": queries.add_scores(),
    "add_cost": queries.add_cost(),
    "add_prediction": queries.add_prediction(),
    "add_correctness": queries.add_correctness(),
    "add_invalidation": queries.add_invalidation(),
    "current_revision": migrate.current_revision(),
    "rewrite_revision": migrate.rewrite_revision(),
}
HELPERS = {"equal", "headlines", "listed"}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_statements_compile(statement, dialect):
    """Both databases have a spelling for every statement."""
    assert str(statement.compile(dialect=dialect)).split()[0] in {"SELECT", "INSERT", "UPDATE"}


def test_no_statement_is_left_out():
    """A function that is added to `queries` must be listed here."""
    functions = {name for name, item in vars(queries).items() if inspect.getmodule(item) is queries}
    public = {name for name in functions if not name.startswith("_") and callable(getattr(queries, name))}

    assert public - HELPERS - set(STATEMENTS) == set()


def test_statements_are_built_nowhere_else():
    """Outside `queries` and `migrate` no module of the leaderboard imports a builder of statements."""
    builders = {"select", "insert", "update", "delete", "text"}
    for path in (ROOT / "ferbench" / "leaderboard").glob("*.py"):
        imported = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
            for alias in node.names
        }
        assert not imported & builders or path.stem in {"queries", "migrate"}, path

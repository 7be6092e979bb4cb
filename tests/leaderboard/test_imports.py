"""Looking at boards is quick, because heavy libraries are imported only for what needs them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.leaderboard.building import build_result
from tests.leaderboard.processes import ROOT

HEAVY = ("torch", "pandas", "alembic", "scipy", "sklearn", "numpy")


def imported(code):
    """Which heavy libraries a fresh interpreter has imported after running some code."""
    report = f"import sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    command = [sys.executable, "-c", f"{code}\n{report}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


@pytest.mark.parametrize("module", ["store", "ranking", "queries", "migrate", "engine"])
def test_importing_imports_nothing_heavy(module):
    """No module of the leaderboard imports a heavy library by being imported."""
    assert imported(f"import ferbench.leaderboard.{module}") == "[]"


def test_reading_boards_imports_nothing_heavy(board, path):
    """An up-to-date database is listed, ranked and checked without Alembic, numpy or pandas."""
    board.record(build_result(1))
    code = (
        "from ferbench.leaderboard.store import Leaderboard\n"
        "from ferbench.leaderboard.ranking import boards\n"
        f"board = Leaderboard({str(path)!r})\n"
        "assert boards(board)[0].ranked and board.seal_holds('latest') and board.scores('latest') and board.runs()\n"
        "board.record_of('latest'); board.test_set('latest'); board.invalidate('latest', 'withdrawn')"
    )

    assert imported(code) == "[]"


def test_a_missing_database_is_read_without_alembic(path):
    """A first look, before any run, is quick too."""
    code = f"from ferbench.leaderboard.store import Leaderboard; assert Leaderboard({str(path)!r}).runs() == []"

    assert imported(code) == "[]"

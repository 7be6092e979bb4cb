"""The new run as the next baseline, in the file of the old one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ferbench.bundles.writing import write_bundle
from ferbench.errors import MissingError
from ferbench.leaderboard.store import Leaderboard

if TYPE_CHECKING:
    from ferbench.catalog import Catalog
    from ferbench.results import RunResult


def write_result(result: RunResult, catalog: Catalog, path: Path) -> None:
    """Write a run that is in no leaderboard as the baseline; as `write_run`."""
    with TemporaryDirectory() as folder:
        board = Leaderboard(Path(folder) / "run.sqlite")
        board.record(result)
        write_run(board, result.run_id, catalog, path)


def write_run(leaderboard: Leaderboard, run_id: str, catalog: Catalog, path: Path) -> None:
    """Write a recorded run as a bundle, in the place of what is there.

    Raises:
        MissingError: the file cannot be written.
    """
    try:
        write_bundle(leaderboard, run_id, catalog, path)
    except OSError as error:
        asked = f"The new run was to become the baseline {path}."
        todo = "Name a file in a folder that exists and may be written to."
        raise MissingError(asked, f"The system says: {error.strerror}.", todo) from error

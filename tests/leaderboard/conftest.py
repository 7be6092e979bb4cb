"""A leaderboard on a real file."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ferbench.leaderboard.store import Leaderboard

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without runs, made once: creating one waits for the disk several times."""
    path = tmp_path_factory.mktemp("migrated") / "board.sqlite"
    Leaderboard(path).prepare()
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of `board` lies."""
    return tmp_path / "board.sqlite"


@pytest.fixture
def board(path: Path, migrated: Path) -> Leaderboard:
    """A leaderboard without runs."""
    shutil.copy(migrated, path)
    return Leaderboard(path)

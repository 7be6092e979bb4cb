"""What tests of the gate start from: everything that is installed, and a leaderboard on a real file."""

from __future__ import annotations

import pytest

from ferbench.plugin_manager import build_catalog
from tests.leaderboard.conftest import board, migrated, path

__all__ = ["board", "migrated", "path"]


@pytest.fixture(scope="session")
def catalog():
    """Everything that is installed."""
    return build_catalog()

"""A leaderboard on a real file, as the tests of the leaderboard have it."""

from __future__ import annotations

from tests.leaderboard.conftest import board, migrated, path

__all__ = ["board", "migrated", "path"]

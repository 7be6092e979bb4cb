"""The miniature study: twelve drawn faces of four people, rated by three raters."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

MINIATURE = Path(__file__).parent / "miniature"


@pytest.fixture
def study(tmp_path):
    """A copy of the miniature that a test may change."""
    return Path(shutil.copytree(MINIATURE, tmp_path / "study"))

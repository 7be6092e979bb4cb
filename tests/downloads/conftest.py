"""A server of files for each test, reached without any proxy of the person who runs the tests."""

from __future__ import annotations

import pytest

from tests.downloads.file_server import serving


@pytest.fixture
def server(monkeypatch):
    """A server of files on this machine."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    with serving() as running:
        yield running

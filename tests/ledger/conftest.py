"""The catalog, once: building one looks for plugins."""

from __future__ import annotations

import pytest

from ferbench.ledger.reading import load_ledger
from ferbench.plugin_manager import build_catalog


@pytest.fixture(scope="session")
def catalog():
    """Everything that comes with ferbench."""
    return build_catalog(environ={})


@pytest.fixture(scope="session")
def ours(catalog):
    """The ledger that comes with ferbench."""
    return load_ledger(catalog)

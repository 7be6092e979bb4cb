"""The reference models pass the checks that ferbench asks of everybody's plugins."""

from __future__ import annotations

import pytest

from ferbench.testing import parametrize_with_checks
from tests.own_plugins.own import LARGE


@pytest.mark.slow
@pytest.mark.timeout(900)  # the export of POSTER took 52 to 175 seconds
@parametrize_with_checks(LARGE)
def test_the_reference_models(check):
    """The reference models pass every check."""
    check()

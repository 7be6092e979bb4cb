"""The reference models pass the checks that ferbench asks of everybody's plugins."""

from __future__ import annotations

import pytest

from ferbench.testing import parametrize_with_checks
from tests.own_plugins.own import LARGE


@pytest.mark.slow
@parametrize_with_checks(LARGE)
def test_the_reference_models(check):
    """The reference models pass every check."""
    check()

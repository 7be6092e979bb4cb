"""What ferbench expects of every model plugin; `ferbench plugin check dan` asks the same."""

from __future__ import annotations

from ferbench.testing import parametrize_with_checks


@parametrize_with_checks(["dan"])
def test_plugin(check):
    """Every check passes, or does not apply and says why."""
    check()

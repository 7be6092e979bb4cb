"""The kit that authors check their plugins with: `ferbench plugin check NAME`, or in pytest:

    from ferbench.testing import parametrize_with_checks


    @parametrize_with_checks(["my_model"])
    def test_plugin(check):
        check()

Importing it imports neither torch nor pytest.
"""

from __future__ import annotations

from ferbench.testing.check import Check, Result, all_well
from ferbench.testing.find import subject_of
from ferbench.testing.parametrize import parametrize_with_checks
from ferbench.testing.registry import CHECKS, checks_for, require_known
from ferbench.testing.run import check_plugin, run_check

__all__ = [
    "CHECKS",
    "Check",
    "Result",
    "all_well",
    "check_plugin",
    "checks_for",
    "parametrize_with_checks",
    "require_known",
    "run_check",
    "subject_of",
]

"""Checks as tests of pytest, which is imported when they are asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ferbench.plugin_manager import build_catalog
from ferbench.testing.find import subject_of
from ferbench.testing.registry import checks_for
from ferbench.testing.run import run_check

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    import pytest

    from ferbench.testing.check import Check
    from ferbench.testing.find import AnySubject, Checked


def parametrize_with_checks(
    plugins: Iterable[str | Checked], *, files: Iterable[Path] = (), without: Collection[str] = (), **given: Any
) -> pytest.MarkDecorator:
    """A mark that makes one test of each plugin and check; the test gets `check` and calls it.

    `plugins` are names as `ferbench list` shows them, or entries; `files` are plugin files that are loaded, too, and
    `without` names checks to leave out. `given` goes to `subject_of`: kind, data_root, weights, options. A check that
    is skipped, or not applicable, is a skipped test that says why.
    """
    import pytest

    catalog = build_catalog(files)
    subjects = [subject_of(asked, catalog, **given) for asked in plugins]
    return pytest.mark.parametrize(
        "check",
        [
            pytest.param(partial(perform, check, subject), id=f"{subject.name}-{check.name}")
            for subject in subjects
            for check in checks_for(subject.kind)
            if check.name not in without
        ],
    )


def perform(check: Check, subject: AnySubject) -> None:
    """One check as a test: it fails with what was found and how to mend it, or is skipped with the reason."""
    import pytest

    __tracebackhide__ = True
    result = run_check(check, subject)
    if result.outcome == "fail":
        pytest.fail(f"{check.asks}\nfound: {result.finding}\nto do: {check.mend}\nsee: {check.docs}", pytrace=False)
    if result.outcome != "pass":
        pytest.skip(f"{result.outcome}: {result.finding}")

"""Checks as tests of pytest, which is imported when they are asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ferbench.errors import DataNotFound
from ferbench.plugin_manager import build_catalog
from ferbench.testing.find import subject_of
from ferbench.testing.registry import checks_for, require_known
from ferbench.testing.run import run_check

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    import pytest
    from _pytest.mark import ParameterSet

    from ferbench.catalog import Catalog
    from ferbench.testing.check import Check
    from ferbench.testing.find import AnySubject, Checked


def parametrize_with_checks(
    plugins: Iterable[str | Checked], *, files: Iterable[Path] = (), without: Collection[str] = (), **given: Any
) -> pytest.MarkDecorator:
    """A mark that makes one test of each plugin and check; the test gets `check` and calls it.

    `plugins` are names as `ferbench list` shows them, or entries; `files` are plugin files that are loaded, too, and
    `without` names checks to leave out. `given` goes to `subject_of`: kind, data_root, weights, options, golden. A
    check that is skipped, or not applicable, is a skipped test that says why; so are all checks of a data set that is
    not here.

    Raises:
        UnknownName: `without` names no check, or nothing gives what is to be checked.
    """
    import pytest

    require_known(without)
    catalog = build_catalog(files)
    tests = (test for asked in plugins for test in tests_of(asked, catalog, without, given))
    return pytest.mark.parametrize("check", list(tests))


def tests_of(
    asked: str | Checked, catalog: Catalog, without: Collection[str], given: Mapping[str, Any]
) -> Iterator[ParameterSet]:
    """The tests of one plugin; without its data they are all there, and skipped."""
    import pytest

    name = asked if isinstance(asked, str) else asked.card.name
    try:
        subject = subject_of(asked, catalog, **given)
    except DataNotFound as error:
        skip = pytest.mark.skip(reason=f"skipped: {error.found} {error.todo}")
        for check in checks_for("dataset"):
            if check.name not in without:
                yield pytest.param(None, id=f"{name}-{check.name}", marks=skip)
        return
    for check in checks_for(subject.kind):
        if check.name not in without:
            yield pytest.param(partial(perform, check, subject), id=f"{name}-{check.name}")


def perform(check: Check, subject: AnySubject) -> None:
    """One check as a test: it fails with what was found and how to mend it, or is skipped with the reason."""
    import pytest

    __tracebackhide__ = True
    result = run_check(check, subject)
    if result.outcome == "fail":
        pytest.fail(f"{check.asks}\nfound: {result.finding}\nto do: {check.mend}\nsee: {check.docs}", pytrace=False)
    if result.outcome != "pass":
        pytest.skip(f"{result.outcome}: {result.finding}")

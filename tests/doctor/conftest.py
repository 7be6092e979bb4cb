"""The doctor as tests ask it: a data set by name, or a card and a way to open it that a test brings along."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from ferbench.doctor.check import check
from ferbench.pipeline.run import silent
from ferbench.plugin_manager import build_catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench.doctor.findings import CheckReport, Finding


@cache
def catalog():
    """What the installed plugins provide."""
    return build_catalog()


@pytest.fixture
def examine() -> Callable[..., CheckReport]:
    """The check of a registered data set, or of one of the installed ones by its name."""

    def run(dataset, root, *splits, workers=2, progress=silent, **options) -> CheckReport:
        registered = catalog().datasets.get(dataset) if isinstance(dataset, str) else dataset
        return check(registered, root, splits=splits, options=options, workers=workers, progress=progress)

    return run


@pytest.fixture
def found(examine) -> Callable[..., dict[str, list[Finding]]]:
    """The findings of a check by their kind."""

    def run(*arguments, **options) -> dict[str, list[Finding]]:
        kinds: dict[str, list[Finding]] = {}
        for finding in examine(*arguments, **options).findings:
            kinds.setdefault(finding.kind, []).append(finding)
        return kinds

    return run

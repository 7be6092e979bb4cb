"""Checks, one after the other; whatever a plugin does, each has a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import ExtraNotInstalled, FerbenchError
from ferbench.pipeline.plugin_calls import blamed
from ferbench.testing.check import Result, Stop
from ferbench.testing.registry import checks_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ferbench.testing.check import Check
    from ferbench.testing.find import AnySubject


def check_plugin(
    subject: AnySubject, without: Collection[str] = (), progress: Callable[[int, int], None] = lambda _done, _all: None
) -> list[Result]:
    """The results of all checks for a subject, but those whose names are in `without`."""
    checks = [check for check in checks_for(subject.kind) if check.name not in without]
    results: list[Result] = []
    for check in checks:
        results.append(run_check(check, subject))
        progress(len(results), len(checks))
    return results


def run_check(check: Check, subject: AnySubject) -> Result:
    """The result of one check; what the plugin raises is a failure, in its own words."""
    try:
        with blamed(subject.registered, check.asks, passing=(Stop,)):
            return Result(check=check, outcome="pass", finding=check.run(subject))
    except Stop as stop:
        return Result(check=check, outcome=stop.outcome, finding=str(stop))
    except ExtraNotInstalled as error:
        return Result(check=check, outcome="skipped", finding=f"{error.found} {error.todo}")
    except FerbenchError as error:
        return Result(check=check, outcome="fail", finding=error.found)

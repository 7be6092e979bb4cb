"""What would end a gate after its evaluation, found before it: an hour of inference is not spent for nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.errors import MissingError, UsageError

if TYPE_CHECKING:
    from ferbench.cli.gate_outputs import Outputs
    from ferbench.cli.gating import Request
    from ferbench.gate.limits import Limits


def check(request: Request, limits: Limits, outputs: Outputs) -> None:
    """Refuse options that contradict each other, and files that cannot be written."""
    require_consistent(request, limits)
    require_update(request)
    for path in (outputs.junit, outputs.comment):
        if path is not None:
            require_writable(path, path)


def require_consistent(request: Request, limits: Limits) -> None:
    """Refuse options that contradict each other."""
    asked = asked_of(request)
    given = [name for name, value in {**request.model, **request.images}.items() if value is not None]
    if request.run is not None and (given or request.baseline_weights):
        named = ", ".join(given) or "baseline weights"
        todo = "Leave --run out to evaluate anew, or name the run alone."
        raise UsageError(asked, f"--run takes a recorded run as it is, and {named} would change it.", todo)
    if request.baseline_weights is not None and not limits.slowdowns:
        found = "--baseline-weights are loaded to time them, and no latency is asked for."
        raise UsageError(asked, found, "Pass --max-slowdown latency_ms_p50=1.2 as well.")


def require_update(request: Request) -> None:
    """Refuse a new baseline that is no file, that nothing is evaluated for, or that cannot be written."""
    from ferbench.gate.baseline import is_path

    if not request.update:
        return
    asked, path = asked_of(request), request.path
    if not is_path(request.baseline):
        found = "--update-baseline writes a file, and this is no path of one."
        raise UsageError(asked, found, "Name a file: --baseline baselines/NAME.ferbench")
    if request.run is not None and not path.exists():
        found = "There is no baseline yet that the recorded run could be held against."
        raise UsageError(asked, found, f"Make it the first one: ferbench bundle {request.run} -o {path}")
    require_writable(path, path.resolve().parent)


def require_writable(path: Path, changed: Path) -> None:
    """Refuse a file that cannot be written; `changed` is what writing it changes: the file, or its folder."""
    folder = path.absolute().parent
    if path.is_dir():
        found = "It is a folder."
    elif not folder.is_dir():
        found = f"There is no folder {folder}."
    elif not os.access(changed if changed.exists() else folder, os.W_OK):
        found = "It may not be written."
    else:
        return
    todo = "Name a file in a folder that exists and may be written to."
    raise MissingError(f"The gate was to write {path}.", found, todo)


def asked_of(request: Request) -> str:
    """What was asked for, for messages."""
    return f"A gate against the baseline {request.baseline} was asked for."

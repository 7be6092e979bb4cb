"""Starts a new Python process in which one plugin alone is loaded, and gives what was noted there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ferbench.errors import ExtraNotInstalled, PluginError
from ferbench.testing.check import Failed

if TYPE_CHECKING:
    from ferbench.testing.place import Place

#: A plugin that takes longer than this does not come to an end.
SECONDS = 600


def in_new_process(task: str, place: Place, **request: Any) -> dict[str, Any]:
    """The answer to a task of `ferbench.testing.processes.tasks`.

    Raises:
        PluginError: the plugin raised in the new process; in the words of there.
        ExtraNotInstalled: it said there that a library is missing.
        Failed: the process died, or did not come to an end.
    """
    with TemporaryDirectory(prefix="ferbench-check-") as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "ferbench.testing.processes", task, str(answer)]
        text = json.dumps({"place": place.as_json(), **request})
        try:
            done = subprocess.run(  # noqa: S603 - this Python, and our own module
                command, input=text, capture_output=True, text=True, env=environment(), timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"a new process with the plugin did not end within {SECONDS} s") from error
        if not answer.is_file():
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise Failed(f"a new process with the plugin died with exit code {done.returncode}: {last}")
        document: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if "error" in document:
        kind = ExtraNotInstalled if document["extra"] else PluginError
        raise kind(*document["error"])
    return document


@cache
def discovery(place: Place) -> dict[str, Any]:
    """What a new process says of discovering a plugin: the same for all that the plugin gives."""
    return in_new_process("discover", place)


def environment() -> dict[str, str]:
    """Variables of the new process: it finds what is found here, compiles into no folder, and has a hash seed anew."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**kept, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}

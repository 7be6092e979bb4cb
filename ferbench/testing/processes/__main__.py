"""`python -m ferbench.testing.processes TASK ANSWER`: a task of `tasks`, its request on stdin, its answer in a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ferbench.errors import ExtraNotInstalled, FerbenchError
from ferbench.testing.processes.tasks import TASKS


def main() -> None:
    """Do one task; what is printed meanwhile is nobody's answer."""
    task, answer = sys.argv[1:]
    request = json.load(sys.stdin)
    try:
        document = TASKS[task](request)
    except FerbenchError as error:
        parts = [error.asked, error.found, error.todo]
        document = {"error": parts, "extra": isinstance(error, ExtraNotInstalled)}
    Path(answer).write_text(json.dumps(document), encoding="utf-8")


main()

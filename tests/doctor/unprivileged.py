"""A check by somebody to whom permissions apply: `python -m tests.doctor.unprivileged CLEAN ROOT`.

CLEAN is checked first, with all rights, so that everything is imported when they are gone.
"""

from __future__ import annotations

import json
import os
import sys

from ferbench.doctor.check import check
from ferbench.errors import FerbenchError
from ferbench.pipeline.run import silent
from ferbench.plugin_manager import build_catalog

_NOBODY = 65534


def main(clean: str, root: str) -> None:
    """Print the findings on ROOT, or the error."""
    from pathlib import Path

    folder = build_catalog().datasets.get("folder")
    options = {"options": {}, "workers": 1, "progress": silent}
    check(folder, Path(clean), **options)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    try:
        report = check(folder, Path(root), **options)
    except FerbenchError as error:
        sys.stdout.write(json.dumps({"error": str(error), "code": error.exit_code}))
    else:
        sys.stdout.write(json.dumps(report.as_json()))


if __name__ == "__main__":
    main(*sys.argv[1:])

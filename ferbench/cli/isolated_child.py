"""`python -m ferbench.cli.isolated_child FOLDER`: evaluates the request on stdin, leaves its result in the folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ferbench.cli.evaluating_here import Here
from ferbench.cli.in_child import ERROR, WITNESS
from ferbench.cli.leak_search import LeakSearch
from ferbench.cli.streams import leave
from ferbench.errors import EXIT_OK, FerbenchError
from ferbench.spec import RunSpec

MIB = 2**20


def main() -> None:
    """Evaluate; an error of ferbench's own kinds is handed over, any other shows its traceback here."""
    folder = Path(sys.argv[1])
    request = json.load(sys.stdin)
    limit_memory(request["memory_mib"])
    try:
        evaluate(request, folder)
    except FerbenchError as error:
        parts = [type(error).__name__, error.asked, error.found, error.todo]
        (folder / ERROR).write_text(json.dumps(parts), encoding="ascii")
    leave(EXIT_OK)


def evaluate(request: dict[str, Any], folder: Path) -> None:
    """Load the plugins, evaluate, and write the result."""
    from ferbench.cli.options import load_catalog
    from ferbench.pipeline.result_file import write_result
    from ferbench.plugin_manager.witness import testify

    testify(folder / WITNESS)
    plugins, plugins_dir, search = request["plugins"], request["plugins_dir"], request["search"]
    catalog = load_catalog([Path(path) for path in plugins], Path(plugins_dir) if plugins_dir else None)
    sides = LeakSearch(own_training=search["own_training"], others=tuple(search["others"]))
    here = Here.of(catalog, sides, resume=request["resume"])
    write_result(here.run(spec_of(request["spec"])), folder)
    here.forget()


def spec_of(values: dict[str, Any]) -> RunSpec:
    """A specification out of JSON, which has no tuples."""
    tuples = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return RunSpec(**{**values, **tuples})


def limit_memory(mib: int | None) -> None:
    """Let this process, and each that it starts, allocate so much; systems without such limits have none."""
    if mib is None or sys.platform == "win32":
        return
    import resource

    # Not the address space: libraries reserve far more of that than they ever use.
    resource.setrlimit(resource.RLIMIT_DATA, (mib * MIB, mib * MIB))


if __name__ == "__main__":
    main()

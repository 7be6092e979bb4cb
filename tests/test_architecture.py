"""What the harness promises about itself: what is imported when, and what is public."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ferbench
from tests.cli.terminal import Terminal
from tests.leaderboard.building import build_result

ROOT = Path(__file__).parents[1]
HEAVY = {
    "torch", "torchvision", "timm", "fvcore", "pandas", "alembic", "scipy", "sklearn", "plotly", "jinja2", "cv2",
    "onnx", "onnxruntime", "matplotlib", "transformers", "facenet_pytorch",
}  # fmt: skip

#: Commands that look at what there is, each of which must start at once.
COMMANDS = [
    ["--help"],
    ["run", "--help"],
    *(["list", kind] for kind in ("models", "datasets", "metrics", "weights", "detectors", "plugins")),
    ["list", "models", "--json"],
    ["info", "poster_v2"],
    ["info", "rafdb", "--json"],
    ["leaderboard"],
    ["leaderboard", "--dataset", "rafdb", "--json"],
    ["leaderboard", "--group-by", "model"],
    ["leaderboard", "--pareto", "macs", "--sort", "params", "--label-mode", "mask"],
    *(["leaderboard", "--format", form] for form in ("md", "csv", "latex")),
    ["matrix"],
    ["reported", "list"],
    ["runs"],
    ["runs", "--json"],
    ["show"],
    ["show", "--json"],
    ["predictions"],
]

RUN_ALL = """\
import contextlib, io, sys
from ferbench.cli.app import status_of
for command in {commands}:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        status = status_of(command)
    print(command, status, sorted({heavy} & set(sys.modules)))
"""


@pytest.mark.parametrize("recorded", [False, True], ids=["without a database", "with a run"])
def test_looking_imports_nothing_heavy(tmp_path, recorded):
    """Help, lists, boards and runs import neither torch nor pandas, alembic, scipy, scikit-learn or plotly."""
    terminal = Terminal(tmp_path)
    if recorded:
        ferbench.Leaderboard(terminal.database).record(build_result(1, **SHOWN))
    done = terminal.python(RUN_ALL.format(commands=COMMANDS, heavy=HEAVY))

    assert done.status == 0, done.err
    lines = done.out.splitlines()
    assert len(lines) == len(COMMANDS)
    assert [line for line in lines if not line.endswith(" []")] == []
    failing = [line for line in lines if " 0 [" not in line]
    assert [line.split("]")[0] for line in failing] == (
        [] if recorded else ["['show'", "['show', '--json'", "['predictions'"]
    )


#: What the record of a run holds besides what a leaderboard asks for, as far as it is shown.
SHOWN = {
    "preprocess": {
        "size": [224, 224],
        "backend": "pil",
        "interpolation": "bilinear",
        "colour_order": "rgb",
        "crop": "none",
        "align": "none",
    },
}


def test_importing_ferbench_imports_nothing_heavy():
    """The package itself brings neither torch nor a database, and gives its public names when they are asked for."""
    code = (
        "import sys, ferbench\n"
        f"assert not {HEAVY | {'sqlalchemy', 'typer', 'rich', 'numpy'}} & set(sys.modules), sys.modules.keys()\n"
        "for name in ferbench.__all__:\n    assert getattr(ferbench, name) is not None\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_public_names_are_sorted_and_no_others_are_given():
    """`__all__` is what there is."""
    assert ferbench.__all__ == sorted(ferbench.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ferbench.nothing


def test_the_harness_knows_no_plugin_by_name():
    """No module of ferbench imports a plugin."""
    plugins = {path.name for path in (ROOT / "plugins").iterdir() if path.is_dir()}
    importers = [
        (path.name, name)
        for path in (ROOT / "ferbench").rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in plugins
    ]

    assert importers == []


def imported(path):
    """Names of the modules that a file imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module

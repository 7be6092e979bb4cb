"""What 200 installed plugins add to `ferbench list models`: real distributions on a path, with and without in turn.

    python benchmarks/discovery_200.py [--plugins 200] [--pairs 11] [--json FILE]

The time is that of whole processes. Each plugin is a module with one model, and a distribution with metadata as
installers write them. None of them, and nothing that lists them, imports torch; that is looked at, too.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import Bar, report

#: Seconds that the plugins may add.
MOST = 0.3

PLUGIN = """\
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

FERBENCH_API = 1


def build(num_classes):
    import torch

    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(num_classes))


@hookimpl
def ferbench_models():
    card = ModelCard(
        name="model_{number}",
        summary="Model {number} of a paper",
        paper=None,
        code=None,
        code_licence=None,
        preprocess=Preprocess(size=(224, 224), mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5), expects="any"),
        classes=None,
    )
    return [ModelEntry(card=card, build=build)]
"""
METADATA = "Metadata-Version: 2.1\nName: ferbench-model-{number}\nVersion: 1.0\nSummary: A model.\n\n{text}\n"
LIST = "from ferbench.cli.app import status_of; import sys; s = status_of(['list', 'models', '--json']); {end}"
LOOK = "sys.stderr.write('torch' if 'torch' in sys.modules else 'no torch')"


def install(folder: Path, plugins: int) -> None:
    """Write modules and metadata."""
    for number in range(plugins):
        (folder / f"ferbench_model_{number}.py").write_text(PLUGIN.format(number=number), encoding="utf-8")
        info = folder / f"ferbench_model_{number}-1.0.dist-info"
        info.mkdir()
        text = METADATA.format(number=number, text="A description as long as many are.\n" * 50)
        (info / "METADATA").write_text(text, encoding="utf-8")
        points = f"[ferbench]\nmodel_{number} = ferbench_model_{number}\n"
        (info / "entry_points.txt").write_text(points, encoding="utf-8")


def environment(path: Path) -> dict[str, str]:
    """Variables of a process that finds what lies at a path."""
    return {**os.environ, "PYTHONPATH": str(path)}


def listed(path: Path) -> tuple[int, str]:
    """How many models a process lists, and whether torch was imported for that."""
    command = [sys.executable, "-c", LIST.format(end=LOOK)]
    done = subprocess.run(command, env=environment(path), capture_output=True, text=True, check=True)  # noqa: S603 - this Python
    return len(json.loads(done.stdout)["models"]), done.stderr.splitlines()[-1]


def seconds(path: Path) -> float:
    """Wall time of one process that lists the models."""
    command = [sys.executable, "-m", "ferbench", "list", "models", "--json"]
    started = time.perf_counter()
    subprocess.run(command, env=environment(path), capture_output=True, check=True)  # noqa: S603 - this Python
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plugins", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=11)
    parser.add_argument("--json", type=Path, default=None, help="write the measured numbers as JSON rows")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        empty, full = Path(name) / "empty", Path(name) / "full"
        empty.mkdir()
        full.mkdir()
        install(full, options.plugins)
        # The first processes compile the modules, as the first use after an installation does.
        (before, _), (after, heavy) = listed(empty), listed(full)
        pairs = [(seconds(empty), seconds(full)) for _ in range(options.pairs)]
    print(f"models listed: {before} without, {after} with; {heavy} was imported")
    report(measured(pairs, options.plugins, imports_torch=heavy != "no torch"), options.json)


def measured(pairs: list[tuple[float, float]], plugins: int, *, imports_torch: bool) -> list[Bar]:
    """Seconds (without, with the plugins) of pairs of processes as what they add, and whether torch came with it."""
    without, with_plugins = (statistics.median(times) for times in zip(*pairs, strict=True))
    added = statistics.median(full - empty for empty, full in pairs)
    how = f"median of the differences of {len(pairs)} pairs: {without:.3f} s without, {with_plugins:.3f} s with"
    return [
        Bar(what=f"{plugins} plugins add to `list models`", value=added, unit="s", at_most=MOST, note=how),
        Bar(what="processes that import torch for it", value=float(imports_torch), unit="of 1", at_most=0),
    ]


if __name__ == "__main__":
    main()

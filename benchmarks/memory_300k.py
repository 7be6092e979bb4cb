"""Peak memory of a run over 300,000 pictures, beside that of one over 3,000: `ferbench run` as people start it.

    python benchmarks/memory_300k.py [--json FILE]

Model and data set are a drop-in: a network of 28 numbers, and one JPEG of 16 x 16 pixels with another tail for every
picture, so that all are opened and decoded and no two have the same content. Rows have a path and two attributes
each. Every run is a process of its own, goes through every stage, writes its shards, and is recorded.
Peak memory is the high-water mark of its resident set.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import Bar, report

SMALL, LARGE = 3_000, 300_000
#: MiB by which the large run may be above the small one.
ALLOWED = 400

PLUGIN = """\
import io

import torch
from PIL import Image

from ferbench.cards import DatasetCard, ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry, ModelEntry, Row

CLASSES = ("surprise", "fear", "disgust", "happy", "sad", "anger", "neutral")


class Colours(torch.nn.Sequential):
    def __init__(self, num_classes):
        super().__init__(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(3, num_classes))


class Many:
    classes = CLASSES

    def __init__(self, n):
        buffer = io.BytesIO()
        Image.linear_gradient("L").resize((16, 16)).convert("RGB").save(buffer, "JPEG")
        self.jpeg = buffer.getvalue()
        self.rows = [
            Row(
                id=f"train_{i:06d}",
                label=CLASSES[i % 7],
                source=f"train_set/images/{i:06d}.jpg",
                attributes={"valence": f"{i / n:.6f}", "arousal": f"{-i / n:.6f}"},
            )
            for i in range(n)
        ]

    def read(self, row):
        return self.jpeg + row.source.encode()


def open_many(root, split, n):
    return Many(int(n))


MODEL = ModelCard(name="colours", summary="Mean colour, then a linear layer", paper=None, code=None, code_licence=None,
                  preprocess=Preprocess(size=(16, 16), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
                  classes=CLASSES, self_contained=True)
DATA = DatasetCard(name="many", title="One picture, many times", classes=CLASSES, splits=("test",),
                   default_split="test", content="face_crop", counts=None, licence="Free.", obtain="Drawn.",
                   layout="none", citation=None, needs_root=False)


@hookimpl
def ferbench_models():
    return [ModelEntry(card=MODEL, build=Colours)]


@hookimpl
def ferbench_datasets():
    return [DatasetEntry(card=DATA, open=open_many)]
"""


def run(folder: Path, n: int) -> tuple[float, float]:
    """Peak memory in MiB and wall time in seconds of a recorded run over n pictures."""
    plugin = folder / "many.py"
    plugin.write_text(PLUGIN, encoding="utf-8")
    places = {"FERBENCH_DB": str(folder / "board.sqlite"), "FERBENCH_CACHE": str(folder / "cache")}
    asked = ["--model", "colours", "--dataset", "many", "--plugin", str(plugin), "--dataset-option", f"n={n}"]
    command = [sys.executable, "-m", "ferbench", "run", *asked, "--batch-size", "256", "--threads", "1"]
    started = time.perf_counter()
    number = os.posix_spawn(sys.executable, command, os.environ | places, file_actions=quiet(folder / "output"))
    _, status, used = os.wait4(number, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit((folder / "output").read_text(encoding="utf-8"))
    return used.ru_maxrss / 1024, time.perf_counter() - started


def quiet(path: Path) -> list[tuple[int, int, str, int, int] | tuple[int, int, int]]:
    """What is printed goes to a file."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return [(os.POSIX_SPAWN_OPEN, 1, str(path), flags, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        (small, _), (large, seconds) = run(Path(name), SMALL), run(Path(name), LARGE)
    bars = [
        Bar(what=f"peak memory, {SMALL:,} pictures", value=small, unit="MiB"),
        Bar(what=f"peak memory, {LARGE:,} pictures", value=large, unit="MiB", note=f"{seconds:.0f} s"),
        Bar(what="peak memory, difference", value=large - small, unit="MiB", at_most=ALLOWED),
    ]
    report(bars, arguments.json)


if __name__ == "__main__":
    main()

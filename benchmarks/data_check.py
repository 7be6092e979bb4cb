"""Time and memory of `ferbench data check` on 35,887 drawn pictures of 48 x 48 pixels, as many as FER2013 has.

Run from the repository root; it draws the pictures first, into a folder that it removes:

    OMP_NUM_THREADS=1 python benchmarks/data_check.py [PICTURES]

Among the pictures are 300 exact copies, 300 re-encoded ones and 300 mirror images of others; all must be found.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from ferbench.doctor.check import check
from ferbench.pipeline.run import silent
from ferbench.plugin_manager import build_catalog

CLASSES = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
COPIES = 300


def draw(number: int) -> Image.Image:
    """A smooth picture that follows from its number: a face-like light blob on a random ground."""
    rng = np.random.default_rng(number)
    ground = Image.fromarray(rng.integers(0, 256, (6, 6), dtype=np.uint8)).resize((48, 48), Image.Resampling.BICUBIC)
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    oval = np.exp(-3 * ((x - rng.normal(0, 0.1)) ** 2 + (y - rng.normal(0, 0.1)) ** 2))
    mixed = (1 - oval) * np.asarray(ground, np.float64) / 2 + oval * (120 + np.asarray(ground, np.float64) / 2)
    return Image.fromarray(np.clip(mixed + rng.normal(0, 4, (48, 48)), 0, 255).astype(np.uint8))


def write_tree(root: Path, n: int) -> None:
    """Draw n pictures into train/ and test/, the last 900 as copies in test/ of the first in train/."""
    for number in range(n):
        split = "test" if number >= 0.8 * n else "train"
        folder = root / split / CLASSES[number % len(CLASSES)]
        folder.mkdir(parents=True, exist_ok=True)
        back = n - number
        if back <= COPIES:
            draw(back).save(folder / f"{number}.png")
        elif back <= 2 * COPIES:
            draw(back).save(folder / f"{number}.jpg", quality=75)
        elif back <= 3 * COPIES:
            ImageOps.mirror(draw(back)).save(folder / f"{number}.png")
        else:
            draw(number).save(folder / f"{number}.png")


def main() -> None:
    """Draw, check, and say what it took."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 35887
    root = Path(tempfile.mkdtemp())
    try:
        write_tree(root, n)
        before, wall, cpu = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter(), time.process_time()
        report = check(build_catalog().datasets.get("folder"), root, options={}, workers=2, progress=silent)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    finally:
        shutil.rmtree(root)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{n} pictures: {wall:.1f} s, {cpu:.1f} s of CPU; {peak / 1024:.0f} MiB at most, {before / 1024:.0f} before")
    for finding in report.findings:
        print(finding.severity, finding.kind, finding.text)


if __name__ == "__main__":
    main()

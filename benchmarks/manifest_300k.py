"""Time and memory of opening a training split as large as AffectNet's: 300,000 pictures, cold and from the cache.

    python benchmarks/manifest_300k.py

It makes the numbered layout first (300,000 empty pictures and as many annotations), in a folder that it removes. Every
opening has a process of its own, so that its memory is its own. Cold means that no manifest is cached; the folders were
just written, so that the system has them in memory.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PICTURES = 300_000

ONE = """
import json, resource, sys, time
from pathlib import Path
from ferbench.pipeline.manifest_cache import open_kept
from ferbench.plugin_manager import build_catalog
registered = build_catalog().datasets.get("affectnet8")
wall, cpu = time.perf_counter(), time.process_time()
opened = open_kept(registered, Path(sys.argv[1]), "train", {}, Path(sys.argv[2]))
print(json.dumps({
    "from": type(opened.dataset).__name__, "n": len(opened.rows), "wall_s": time.perf_counter() - wall,
    "cpu_s": time.process_time() - cpu, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def make(root: Path) -> None:
    """The numbered layout: empty pictures, and annotations with the codes 0 to 7 in turn."""
    contents = []
    for code in range(8):
        buffer = io.BytesIO()
        np.save(buffer, str(code))
        contents.append(buffer.getvalue())
    for name in ("images", "annotations"):
        (root / "train_set" / name).mkdir(parents=True)
    for number in range(PICTURES):
        os.mknod(root / "train_set" / "images" / f"{number}.jpg")
        (root / "train_set" / "annotations" / f"{number}_exp.npy").write_bytes(contents[number % 8])


def main() -> None:
    """Open it three times."""
    with tempfile.TemporaryDirectory() as name:
        root, cache = Path(name, "AffectNet"), Path(name, "cache")
        make(root)
        time.sleep(3)  # a tree that has just changed is not kept
        for _ in range(3):
            command = [sys.executable, "-c", ONE, root, cache]
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own text
            print({name: round(v, 2) if isinstance(v, float) else v for name, v in json.loads(done.stdout).items()})


if __name__ == "__main__":
    main()

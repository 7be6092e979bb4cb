"""POSTER V2 on a drawn RAF-DB test set of the official size: ferbench against a plain loop, logit by logit.

    python benchmarks/rafdb_3068.py

3,068 JPEG pictures of 100 x 100 pixels in the official layout, recipe weights in a checkpoint with the official keys.
Takes about eight minutes on two idle cores.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision import transforms

sys.path.insert(0, str(Path(__file__).parents[1]))
from typing import TYPE_CHECKING

from ferbench.config import Settings
from ferbench.pipeline.run import evaluate
from ferbench.spec import RunSpec
from ferbench_poster_v2.network import build
from tests.drawing import RAFDB_COUNTS, rafdb_official
from tests.golden.recipe import fill_state_dict

if TYPE_CHECKING:
    from ferbench_poster_v2.network import PosterV2

BATCH_SIZE = 32
TRANSFORM = transforms.Compose(
    [
        transforms.Resize((224, 224)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
)


def recipe_network() -> PosterV2:
    """POSTER V2 with the recipe weights."""
    network = build(num_classes=7).eval()
    fill_state_dict(network.state_dict())
    return network


def plain_loop(root: Path, network: PosterV2) -> np.ndarray:
    """(3068, 7) logits of a loop over the official list, one batch after the other."""
    lines = (root / "EmoLabel" / "list_patition_label.txt").read_text(encoding="utf-8").splitlines()
    paths = [root / "Image" / "aligned" / line.split()[0].replace(".jpg", "_aligned.jpg") for line in lines]
    logits = []
    for start in range(0, len(paths), BATCH_SIZE):
        images = [TRANSFORM(Image.open(path).convert("RGB")) for path in paths[start : start + BATCH_SIZE]]
        with torch.inference_mode():
            logits.append(network(torch.stack(images)).numpy())
    return np.concatenate(logits)


def main() -> None:
    """Run both and print the largest difference, the flips and the times."""
    with tempfile.TemporaryDirectory() as folder:
        root, checkpoint = Path(folder) / "raf", Path(folder) / "model.pth"
        rafdb_official(root, {"test": RAFDB_COUNTS["test"]})
        network = recipe_network()
        tensors = {f"module.{name}": tensor for name, tensor in network.state_dict().items()}
        torch.save({"epoch": 1, "state_dict": tensors}, checkpoint)
        spec = RunSpec(
            model="poster_v2", dataset="rafdb", data_root=str(root), weights=str(checkpoint), batch_size=BATCH_SIZE
        )
        result = evaluate(spec, settings=Settings())
        started = time.perf_counter()
        logits = plain_loop(root, network)
        seconds = time.perf_counter() - started
    ours = result.predictions.emotion
    print(f"{len(ours)} images: largest logit difference {np.abs(ours - logits).max():.2e}, ", end="")
    print(f"{int((ours.argmax(1) != logits.argmax(1)).sum())} flips, ranked: {result.ranked}")
    print(f"plain loop {seconds:.1f} s; ferbench, by stage in seconds: {result.record['seconds']}")


if __name__ == "__main__":
    main()

"""Train tiny_cnn on the drawn training split: `python -m ferbench_synthetic.train --out tiny_cnn.safetensors`.

The split is drawn, the seed is fixed and no choice is made on the test split: the last epoch is kept.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy

from ferbench_synthetic.expression import CLASSES
from ferbench_synthetic.network import TinyCnn
from ferbench_synthetic.split import faces

if TYPE_CHECKING:
    from torch import Tensor, nn

EPOCHS = 10
BATCH_SIZE = 64
LEARNING_RATE = 4e-3
WEIGHT_DECAY = 2e-2
SEED = 0


def tensors(split: str) -> tuple[Tensor, Tensor]:
    """(N, 3, 64, 64) float32 in [-1, 1], and (N,) class indices of a split."""
    drawn = faces(split)
    pixels = np.stack([face.draw() for face in drawn]).transpose(0, 3, 1, 2)
    images = (torch.from_numpy(np.ascontiguousarray(pixels)).float() / 255 - 0.5) / 0.5
    return images, torch.tensor([CLASSES.index(face.label) for face in drawn])


def train(images: Tensor, labels: Tensor, epochs: int) -> nn.Module:
    """A network trained on the images and their mirror images."""
    torch.manual_seed(SEED)
    network = TinyCnn(len(CLASSES))
    steps = epochs * -(-len(images) // BATCH_SIZE)
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=LEARNING_RATE, total_steps=steps, pct_start=0.15)
    for epoch in range(epochs):
        losses = [
            step(network, optimizer, schedule, images[chosen], labels[chosen])
            for chosen in torch.randperm(len(images)).split(BATCH_SIZE)  # type: ignore[no-untyped-call]
        ]
        print(f"epoch {epoch + 1}/{epochs}: loss {sum(losses) / len(losses):.4f}", flush=True)
    return network.eval()


def step(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    images: Tensor,
    labels: Tensor,
) -> float:
    """One update on a batch, half of it mirrored; the loss before it."""
    mirrored = torch.where(torch.rand(len(images), 1, 1, 1) < 0.5, images.flip(3), images)
    loss = cross_entropy(network(mirrored), labels, label_smoothing=0.05)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    schedule.step()
    return loss.item()


def accuracy(network: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Share of images whose most probable class is the label."""
    with torch.inference_mode():
        said = torch.cat([network(batch).argmax(1) for batch in images.split(256)])  # type: ignore[no-untyped-call]
    return (said == labels).float().mean().item()


def main() -> None:
    """Train, save, and say how good it became and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    arguments = parser.parse_args()
    started = time.perf_counter()
    network = train(*tensors("train"), arguments.epochs)
    # Whoever finds the file alone can read the class order in its header.
    save_file(network.state_dict(), arguments.out, metadata={"classes": ",".join(CLASSES)})
    print(f"test accuracy {accuracy(network, *tensors('test')):.4f}, {time.perf_counter() - started:.0f} s in all")


if __name__ == "__main__":
    main()

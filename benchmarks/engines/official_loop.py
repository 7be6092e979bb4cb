"""The loop of the official repositories: ImageFolder, DataLoader, eager float32, no_grad."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

if TYPE_CHECKING:
    from PIL import Image

    from ferbench.cards import Preprocess


class OfficialLoop:
    """Images of class folders through a network, one batch after the other."""

    def __init__(self, folder: Path, preprocess: Preprocess, batch_size: int, workers: int) -> None:
        dataset = ImageFolder(str(folder), transform_of(preprocess))
        self.loader = DataLoader(dataset, batch_size=batch_size, shuffle=False, num_workers=workers)
        self.ids = [Path(path).stem.removesuffix("_aligned") for path, _ in dataset.samples]

    def __call__(self, network: torch.nn.Module) -> tuple[float, np.ndarray]:
        """Seconds of a pass, and (n, K) logits in the order of `ids`."""
        started = time.perf_counter()
        logits = []
        with torch.no_grad():
            for images, _ in self.loader:
                logits.append(network(images).numpy())
        return time.perf_counter() - started, np.concatenate(logits)


def transform_of(preprocess: Preprocess) -> transforms.Compose:
    """What the official code does to a picture that fits this description: by torchvision, or by OpenCV."""
    height, width = preprocess.size

    def by_opencv(picture: Image.Image) -> torch.Tensor:
        pixels = cv2.resize(np.asarray(picture), (width, height), interpolation=cv2.INTER_LINEAR)
        return torch.from_numpy(pixels).permute(2, 0, 1).float()

    def in_order(image: torch.Tensor) -> torch.Tensor:
        return image.flip(0) if preprocess.colour_order == "bgr" else image

    by_torchvision = (transforms.Resize((height, width)), transforms.ToTensor())
    resized = (by_opencv,) if preprocess.backend == "cv2" else by_torchvision
    return transforms.Compose([*resized, in_order, transforms.Normalize(preprocess.mean, preprocess.std)])

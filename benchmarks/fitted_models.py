"""The reference models with answers that can change: a last layer fitted to drawn faces.

Recipe weights predict one class, and no arithmetic could turn that over. So the statistics of batch normalisation are
taken from drawn faces of the training split, and the last linear layer is fitted to the classes of others by ridge
regression, with a penalty that is chosen on a fifth of them. What comes before stays random: accuracies are far below
those of trained networks, and so are margins in relation to noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from ferbench.canonical import sha256_text
from ferbench.pipeline.preprocess import apply
from ferbench.plugin_manager import build_catalog
from tests.golden.recipe import fill_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ferbench.cards import Preprocess

REFERENCE_MODELS = ("poster_v2", "poster", "apvit")
BATCH_SIZE = 32
#: Batches that give the statistics of batch normalisation.
STATISTICS = 4
#: Ridge penalties that are tried, in units of the mean square of the features.
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def write_fitted(name: str, path: Path, images: int) -> None:
    """Write a checkpoint of a reference model for the eight classes of AffectNet, fitted to so many drawn faces."""
    entry = build_catalog().models.get(name).entry
    network = entry.build(8).eval()
    fill_state_dict(network.state_dict())
    take_statistics(network, entry.card.preprocess)
    fit_last_layer(network, entry.card.preprocess, images)
    torch.save({"state_dict": network.state_dict()}, path)


def faces(preprocess: Preprocess, count: int) -> Iterator[tuple[torch.Tensor, np.ndarray]]:
    """Batches of drawn faces of the training split: (b, channels, height, width), and (b,) indices of their classes."""
    split = build_catalog().datasets.get("synthetic").entry.open(None, "train")
    rows = sorted(split.rows, key=lambda row: sha256_text(row.id))[:count]
    for start in range(0, count, BATCH_SIZE):
        batch = rows[start : start + BATCH_SIZE]
        images = np.stack([apply(preprocess, split.read(row)) for row in batch])
        yield torch.from_numpy(images), np.array([split.classes.index(row.label) for row in batch])


def take_statistics(network: nn.Module, preprocess: Preprocess) -> None:
    """Mean and variance of batch normalisation as they are for drawn faces."""
    norms = [part for part in network.modules() if isinstance(part, nn.modules.batchnorm._BatchNorm)]  # noqa: SLF001
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    with torch.no_grad():
        for images, _ in faces(preprocess, STATISTICS * BATCH_SIZE):
            network(images)
    network.eval()


def fit_last_layer(network: nn.Module, preprocess: Preprocess, count: int) -> None:
    """Ridge regression of the classes on what goes into the last linear layer."""
    last = [part for part in network.modules() if isinstance(part, nn.Linear) and part.out_features == 8][-1]
    seen: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].double().numpy()))
    with torch.inference_mode():
        for images, indices in faces(preprocess, count):
            network(images)
            labels.append(indices)
    hook.remove()
    weight, bias = readout(np.concatenate(seen), np.concatenate(labels))
    with torch.no_grad():
        last.weight.copy_(torch.from_numpy(weight.T))
        last.bias.copy_(torch.from_numpy(bias))


def readout(features: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, d) and (n,) -> (d, 8), (8,) with the largest penalty that the last fifth cannot tell from the best one."""
    cut = 4 * len(labels) // 5

    def accuracy(penalty: float) -> float:
        weight, bias = ridge(features[:cut], labels[:cut], penalty)
        return float(((features[cut:] @ weight + bias).argmax(axis=1) == labels[cut:]).mean())

    found = {penalty: accuracy(penalty) for penalty in PENALTIES}
    best = max(found.values())
    error = float(np.sqrt(best * (1 - best) / (len(labels) - cut)))
    return ridge(features, labels, max(penalty for penalty in PENALTIES if found[penalty] >= best - error))


def ridge(features: np.ndarray, labels: np.ndarray, penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (d, 8) and biases (8,) of a ridge regression of one-hot classes."""
    targets = np.eye(8)[labels]
    centre, base = features.mean(axis=0), targets.mean(axis=0)
    spread = features - centre
    shrink = penalty * np.square(spread).sum() / spread.shape[1] * np.eye(spread.shape[1])
    weight = np.linalg.solve(spread.T @ spread + shrink, spread.T @ (targets - base))
    return weight, base - centre @ weight

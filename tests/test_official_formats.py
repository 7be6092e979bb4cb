"""Every format that the official code writes, through `ferbench run`, from PNG files, to the official logits."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ferbench.cli.app import status_of
from tests.golden.parity import golden
from tests.golden.recipe import make_images

#: Classes of the folders, so that there are four rows; what they are called does not change a logit.
FOLDERS = ("surprise", "fear", "disgust", "happiness")
ROOT = Path(__file__).parents[1]

#: Run in a process of its own, whose `__main__` holds the recorders, as the official scripts are. Tensors are tagged as
#: they are on a machine with a GPU.
WRITE = """
import sys
from pathlib import Path
import numpy as np, torch
from torch import nn
from ferbench.plugin_manager import build_catalog
from tests.golden.recipe import fill_state_dict

class RecorderMeter:
    def __init__(self):
        self.epoch_losses = np.zeros((200, 2), np.float32)

class RecorderMeter1:
    def __init__(self):
        self.y_pred, self.y_true = np.array([0, 3]), torch.tensor([0, 3])

folder, model, num_classes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
torch.serialization.register_package(1, lambda storage: "cuda:0", lambda storage, location: None)
state = build_catalog().models.get(model).entry.build(num_classes).state_dict()
fill_state_dict(state)
parallel = {"module." + name: tensor for name, tensor in state.items()}
head = nn.Parameter(torch.zeros(7))
optimizer = torch.optim.SGD([head], lr=0.1, momentum=0.9)
head.sum().backward(); optimizer.step()
meta = {"mmcls_version": "0.15.0", "epoch": 40, "CLASSES": ["Anger"]}
files = {
    "poster_v2": {"01-02-model.pth": {"epoch": 7, "state_dict": parallel, "best_acc": torch.tensor(92.21),
        "optimizer": optimizer.state_dict(), "recorder1": RecorderMeter1(), "recorder": RecorderMeter()}},
    "poster": {"epoch12_acc0.9205.pth": {
        "iter": 12, "model_state_dict": parallel, "optimizer_state_dict": optimizer.state_dict()}},
    "apvit": {
        "best.pth": {"meta": meta, "state_dict": state},
        "published.pth": {"state_dict": state},
        "epoch_40.pth": {"meta": meta, "state_dict": state, "optimizer": optimizer.state_dict()}},
}
for name, content in files[model.removesuffix("_small").removesuffix("_affectnet")].items():
    torch.save(content, folder / name)
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A model, its file, and where the golden file of its official network keeps the logits."""

    model: str
    file: str
    class_order: str
    golden: str
    logits: str = "logits"
    size: int = 224
    options: tuple[str, ...] = ()

    def expected(self) -> np.ndarray:
        """(4, K) float32 logits of the official network."""
        return np.array(golden(self.golden)["results"]["float32"][self.logits], np.float32)


APVIT = "anger,disgust,fear,sadness,happiness,surprise,neutral"
CASES = [
    Case("poster_v2", "01-02-model.pth", "rafdb", "poster_v2_7"),
    # The official RAF-DB pipeline of POSTER feeds BGR, and so does ferbench without being told.
    Case("poster_small", "epoch12_acc0.9205.pth", "rafdb", "poster_rafdb7_small", "logits_channels_reversed_bgr"),
    Case("poster_small", "epoch12_acc0.9205.pth", "rafdb", "poster_rafdb7_small", options=("--colour-order", "rgb")),
    Case("poster_affectnet_small", "epoch12_acc0.9205.pth", "affectnet8", "poster_affectnet8_small"),
    Case("apvit", "best.pth", APVIT, "apvit_rafdb", size=112),
    Case("apvit", "published.pth", APVIT, "apvit_rafdb", size=112),
    Case("apvit", "epoch_40.pth", APVIT, "apvit_rafdb", size=112),
]


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """Folder of the files of a model, written once."""
    folders: dict[str, Path] = {}

    def written(model: str, num_classes: int) -> Path:
        if model not in folders:
            folders[model] = tmp_path_factory.mktemp(model)
            command = [sys.executable, "-c", WRITE, str(folders[model]), model, str(num_classes)]
            subprocess.run(command, check=True, cwd=ROOT)
        return folders[model]

    return written


def pictures(root: Path, size: int) -> Path:
    """The four golden images as PNG files, one a class folder."""
    for folder, image in zip(FOLDERS, make_images(size), strict=True):
        (root / folder).mkdir(parents=True)
        Image.fromarray(image).save(root / folder / "image.png")
    return root


def logits_of(table: Path) -> np.ndarray:
    """(4, K) float32 of a table of predictions, in the order of the golden images."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = {row["label"]: row for row in csv.DictReader(file)}
    columns = [name for name in rows["fear"] if name.startswith("logit_")]
    return np.array([[float(rows[label][name]) for name in columns] for label in FOLDERS], np.float32)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join((case.model, case.file, *case.options[1:])))
def test_an_official_file_gives_the_official_logits(case, checkpoints, tmp_path, monkeypatch):
    """Within 1e-5, image by image, for each format, with the preprocessing that the model's card states."""
    monkeypatch.setenv("FERBENCH_DB", str(tmp_path / "board.sqlite"))
    expected = case.expected()
    weights = checkpoints(case.model, expected.shape[1]) / case.file
    data = pictures(tmp_path / "data", case.size)
    asked = ["--model", case.model, "--dataset", "folder", "--data-root", data, "--weights", weights]
    asked += ["--class-order", case.class_order, "--no-timing", *case.options]

    assert status_of([str(word) for word in ["run", *asked]]) == 0
    assert status_of(["predictions", "latest", "--out", str(tmp_path / "predictions.csv")]) == 0

    found = logits_of(tmp_path / "predictions.csv")
    assert np.abs(found - expected).max() <= 1e-5

"""Outlines: what a checkpoint says beside its tensors, read without torch."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from ferbench.config import Settings
from ferbench.errors import UnsafeCheckpoint, WeightsError
from ferbench.pipeline.checkpoints import read_checkpoint, read_outline
from ferbench.pipeline.recorded_facts import recorded_claim, recorded_classes
from ferbench.pipeline.run import Evaluator
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.cli.dropins import model
from tests.drawing import folder_tree
from tests.pipeline.checkpoint_files import train_officially

TENSORS = {"a": torch.ones(2, 2)}
FLOATS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    return train_officially(tmp_path_factory.mktemp("official"))


def same_facts(path):
    """Whether an outline says of itself what the whole checkpoint says, and what that is."""
    whole, outline = read_checkpoint(path), read_outline(path)
    assert (outline.sha256, outline.format, outline.metadata) == (whole.sha256, whole.format, whole.metadata)
    facts = recorded_claim(outline), recorded_classes(outline)
    assert facts == (recorded_claim(whole), recorded_classes(whole))
    return facts


@pytest.mark.parametrize("name", ["model.pth", "legacy.pth", "protocol4.pth", "model_best.pth"])
def test_official_files(official, name):
    """Hash, format and recorded accuracy are those of the file that is read whole, in every format of torch."""
    claim, _ = same_facts(official / name)

    assert (claim is None) == (name == "model_best.pth")


@pytest.mark.parametrize(
    "value",
    [
        *(torch.tensor(67.5, dtype=dtype) for dtype in FLOATS),
        torch.tensor(67),
        torch.tensor([67.5]),
        torch.arange(80.0)[67],
        torch.tensor(True),
        67.5,
    ],
    ids=str,
)
@pytest.mark.parametrize("legacy", [False, True])
def test_numbers_in_files_of_torch(tmp_path, value, legacy):
    """A number is read in every type, alone or as a part of a larger tensor; one with a dimension is none."""
    content = {"state_dict": TENSORS, "best_acc": value, "classes": ["fear", "sad"]}
    torch.save(content, tmp_path / "a.pth", _use_new_zipfile_serialization=not legacy)
    _, classes = same_facts(tmp_path / "a.pth")

    assert classes == ("fear", "sadness")


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8]
)
def test_numbers_in_safetensors(tmp_path, dtype):
    """The same of safetensors, with its metadata."""
    path = tmp_path / "a.safetensors"
    save_file({**TENSORS, "accuracy": torch.tensor(67, dtype=dtype)}, path, metadata={"classes": "fear,sad"})
    claim, classes = same_facts(path)

    assert (claim.accuracy_percent, classes) == (67, ("fear", "sadness"))


def test_what_is_refused_whole_is_refused_in_outline(tmp_path):
    """A file that asks for code, one that is cut off, and one that is damaged."""
    torch.save(torch.nn.Linear(2, 2), tmp_path / "network.pth")
    save_file(TENSORS, tmp_path / "cut.safetensors")
    (tmp_path / "cut.safetensors").write_bytes((tmp_path / "cut.safetensors").read_bytes()[:-4])
    torch.save(TENSORS, tmp_path / "cut.pth")
    (tmp_path / "cut.pth").write_bytes((tmp_path / "cut.pth").read_bytes()[:200])

    with pytest.raises(UnsafeCheckpoint, match="whole pickled network"):
        read_outline(tmp_path / "network.pth")
    for name in ("cut.safetensors", "cut.pth"):
        with pytest.raises(WeightsError, match="damaged"):
            read_outline(tmp_path / name)


def test_torch_is_not_imported(official, tmp_path):
    """Neither for files of torch nor for safetensors."""
    save_file(TENSORS, tmp_path / "a.safetensors")
    code = (
        "import sys\nfrom pathlib import Path\nfrom ferbench.pipeline.checkpoints import read_outline\n"
        "for name in sys.argv[1:]:\n    read_outline(Path(name))\n"
        "assert 'torch' not in sys.modules\n"
    )
    files = [official / "model.pth", official / "legacy.pth", tmp_path / "a.safetensors"]
    subprocess.run([sys.executable, "-c", code, *files], check=True)


def test_a_checkpoint_that_changes_after_its_outline(tmp_path):
    """Tensors of another file than the one that was hashed are never used."""
    (tmp_path / "mine.py").write_text(model(self_contained=False), encoding="utf-8")
    folder_tree(tmp_path / "tree", {"happy": 1, "sad": 1})
    torch.save({"head.weight": torch.ones(2, 3), "head.bias": torch.zeros(2)}, tmp_path / "w.pth")
    evaluator = Evaluator(build_catalog([tmp_path / "mine.py"]), Settings())
    outline = evaluator.outline(
        RunSpec(model="mine", dataset="folder", data_root=str(tmp_path / "tree"), weights=str(tmp_path / "w.pth"))
    )
    torch.save({"head.weight": torch.zeros(2, 3), "head.bias": torch.zeros(2)}, tmp_path / "w.pth")

    with pytest.raises(WeightsError, match="changed since"):
        evaluator.with_tensors(outline)

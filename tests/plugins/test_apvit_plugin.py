"""What the APViT plugin tells the harness."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import torch

from ferbench.emotions import NAMED_ORDERS
from ferbench.pipeline.checkpoints import load_strictly, read_checkpoint, state_dict
from ferbench_apvit import FERBENCH_SOURCES, ferbench_models
from ferbench_apvit.config import ApvitConfig
from ferbench_apvit.network import Apvit

if TYPE_CHECKING:
    from pathlib import Path

(ENTRY,) = ferbench_models()
#: As the official training writes them, and with the prefix that DataParallel leaves.
FILES = {
    "published": ({}, ""),
    "best.pth": ({"meta": {"epoch": 12, "CLASSES": ["Anger", "Disgust"]}}, ""),
    "last epoch": ({"meta": {"epoch": 40}, "optimizer": {"state": {}, "param_groups": [{"lr": 1e-3}]}}, ""),
    "DataParallel": ({}, "module."),
}


def test_entry_builds_the_network_for_any_number_of_classes() -> None:
    """The size is that of the card, the width of the head is asked for."""
    assert ENTRY.build is not None

    network = ENTRY.build(num_classes=5)

    two_more_classes = 2 * (768 + 1)  # the card tells the size with seven
    millions = (sum(parameter.numel() for parameter in network.parameters()) + two_more_classes) / 1e6
    assert ENTRY.card.name == "apvit"
    assert network.state_dict()["head.fc.bias"].shape == (5,)
    assert f" {millions:.1f} M parameters" in ENTRY.card.summary
    assert ENTRY.card.reported_cost is not None
    assert ENTRY.card.reported_cost.params_millions == round(millions, 1)


def test_one_checkpoint_is_released_with_an_order_of_its_own() -> None:
    """Its classes are not in RAF-DB's order; where the order is written down is said, so it is not assumed."""
    released = ENTRY.card.released_for("rafdb")

    assert released is not None
    assert released.classes == ("anger", "disgust", "fear", "sadness", "happiness", "surprise", "neutral")
    # Label i of RAF-DB is output (5, 2, 1, 4, 3, 0, 6)[i] of the network.
    assert [released.classes.index(name) for name in NAMED_ORDERS["rafdb"]] == [5, 2, 1, 4, 3, 0, 6]
    assert released.classes_source
    assert released.selection == "test-best"
    assert ENTRY.card.released_file("APViT_RAF-3eeecf7d.pth") is released


def test_only_a_person_can_download_the_released_checkpoint() -> None:
    """Baidu alone has it, and asks for a code; its sum is known by the eight digits of its name and no further."""
    released = ENTRY.card.released_for("rafdb")

    assert released is not None
    assert (released.url, released.sha256) == (None, None)
    assert [mirror.code for mirror in released.mirrors] == ["axfc"]


def test_backbones_are_listed_and_cannot_be_evaluated() -> None:
    """The two files that training starts from belong to no data set and have no input of their own."""
    backbones = [card for card in ENTRY.card.weights if card.dataset is None]

    assert [card.file_name for card in backbones] == [
        "backbone_ir50_ms1m_epoch120.pth",
        "vit_small_p16_224-15ec54c9.pth",
    ]
    assert {card.preprocess for card in backbones} == {None}


def test_faces_are_read_as_opencv_reads_them() -> None:
    """112 x 112 pixels in RGB, up to 255, stretched by OpenCV, which does not average."""
    preprocess = ENTRY.card.preprocess

    assert (preprocess.size, preprocess.backend, preprocess.colour_order) == ((112, 112), "cv2", "rgb")
    assert (preprocess.pixel_max, preprocess.fit) == (255, "stretch")
    assert (preprocess.mean, preprocess.std) == ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))


def test_checkpoints_are_read_by_the_keys_of_the_training_code() -> None:
    """The prefix of DataParallel is removed, and nothing else is."""
    assert ENTRY.rules.key == ("state_dict",)
    assert ENTRY.rules.strip_prefixes == ("module.",)
    assert (ENTRY.rules.renames, ENTRY.rules.ignore) == ((), ())


@pytest.mark.parametrize(("beside", "prefix"), FILES.values(), ids=FILES)
def test_a_file_of_the_training_code_loads(tmp_path: Path, beside: dict[str, Any], prefix: str) -> None:
    """Strictly, whatever stands beside the weights; shown with a small network."""
    small = ApvitConfig(image_size=16, kept_patches=3, keep_rates=(1.0, 0.9), embed_dim=8, num_heads=2)
    trained, fresh = Apvit(small), Apvit(small)
    tensors = {f"{prefix}{name}": tensor for name, tensor in trained.state_dict().items()}
    torch.save({**beside, "state_dict": tensors}, tmp_path / "weights.pth")

    load_strictly(fresh, state_dict(read_checkpoint(tmp_path / "weights.pth"), ENTRY.rules), "weights.pth")

    loaded = fresh.state_dict()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in trained.state_dict().items())
    assert not torch.equal(Apvit(small).vit.cls_token, trained.vit.cls_token)


def test_the_backbone_belongs_to_the_identity_of_the_model() -> None:
    """A change of the shared IR-50 is a change of APViT."""
    assert FERBENCH_SOURCES == ("ferbench_backbones",)


@pytest.mark.parametrize("module", ["ferbench_apvit", "ferbench_apvit.card", "ferbench_apvit.config"])
def test_importing_the_plugin_does_not_import_torch(module: str) -> None:
    """Listing models stays cheap."""
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

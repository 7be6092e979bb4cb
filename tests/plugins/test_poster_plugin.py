"""What the POSTER plugin tells the harness."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ferbench.emotions import NAMED_ORDERS
from ferbench_poster import ferbench_models

ENTRIES = {entry.card.name: entry for entry in ferbench_models()}


def test_hook_gives_three_sizes_in_two_forms() -> None:
    """The names, the RAF-DB form first."""
    assert list(ENTRIES) == [
        "poster",
        "poster_base",
        "poster_small",
        "poster_affectnet",
        "poster_affectnet_base",
        "poster_affectnet_small",
    ]


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_builds_its_network_for_any_number_of_classes(name: str) -> None:
    """Size and form are those of the name and of the card's parameter count, the width of the head is asked for."""
    entry = ENTRIES[name]
    assert entry.build is not None

    network = entry.build(num_classes=5)
    state = network.state_dict()

    last = {"base": 5, "small": 3}.get(name.rpartition("_")[2], 7)
    two_more_classes = 2 * (512 + 1)  # the card tells the size with seven
    millions = (sum(parameter.numel() for parameter in network.parameters()) + two_more_classes) / 1e6
    assert state["head.linear.bias"].shape == (5,)
    assert f"pyramid_fuse.blocks.{last}.upsample_m.bias" in state
    assert f"pyramid_fuse.blocks.{last + 1}.upsample_m.bias" not in state
    assert ("pyramid_fuse.blocks.0.block_l.conv.bias" in state) == ("affectnet" not in name)
    assert f" {millions:.1f} M parameters" in entry.card.summary


def test_rafdb_networks_read_blue_before_red() -> None:
    """The official RAF-DB loader feeds BGR, the AffectNet loader RGB."""
    orders = {name: entry.card.preprocess.colour_order for name, entry in ENTRIES.items()}

    assert orders == {name: "rgb" if "affectnet" in name else "bgr" for name in ENTRIES}


def test_one_checkpoint_is_released() -> None:
    """The large RAF-DB network alone has weights; their class order is written down in the official loader."""
    (released,) = (card for entry in ENTRIES.values() for card in entry.card.weights if card.dataset)

    assert ENTRIES["poster"].card.released_for("rafdb") is released
    assert released.classes == NAMED_ORDERS["rafdb"]
    assert released.classes_source
    assert released.selection == "test-best"
    assert released.claim
    assert released.claim.accuracy_percent == 92.05
    assert released.preprocess
    assert (released.preprocess.colour_order, released.preprocess.expects) == ("bgr", "aligned_face")


def test_the_backbones_that_training_starts_from_are_offered() -> None:
    """They are in a folder, out of which a person has to pick both files."""
    (backbone,) = (card for entry in ENTRIES.values() for card in entry.card.weights if card.dataset is None)

    assert backbone.name == "poster.pretrain"
    assert backbone.preprocess is None
    assert "mobilefacenet_model_best.pth.tar" in backbone.notes


def test_checkpoints_are_read_by_the_keys_of_the_training_code() -> None:
    """The official key first; the prefix of DataParallel is removed, and nothing else is."""
    for entry in ENTRIES.values():
        assert entry.rules.keys == ("model_state_dict", "state_dict")
        assert entry.rules.strip_prefixes == ("module.",)
        assert (entry.rules.renames, entry.rules.ignore) == ((), ())


@pytest.mark.parametrize("module", ["ferbench_poster", "ferbench_poster.card", "ferbench_poster.config"])
def test_importing_the_plugin_does_not_import_torch(module: str) -> None:
    """Listing models stays cheap."""
    program = f"import sys, {module}; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

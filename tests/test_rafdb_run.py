"""The main job on a drawn RAF-DB and a POSTER V2 checkpoint in the official format, against a plain loop."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import transforms

from ferbench.config import Settings
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from ferbench_poster_v2.network import build
from tests.drawing import RAFDB_CLASSES, RAFDB_COUNTS, rafdb_apvit, rafdb_folders, rafdb_official
from tests.golden.recipe import fill_state_dict

#: 70 images, ten a class.
SMALL = {"test": dict.fromkeys(RAFDB_CLASSES, 10)}

WRITE_OFFICIAL_CHECKPOINT = """
import sys
import numpy as np, torch
from ferbench_poster_v2.network import build
from tests.golden.recipe import fill_state_dict

class RecorderMeter:
    def __init__(self):
        self.epoch_losses = np.zeros((200, 2), np.float32)

class RecorderMeter1(RecorderMeter):
    pass

state = build(num_classes=7).state_dict()
fill_state_dict(state)
torch.save({"epoch": 7, "state_dict": {"module." + name: tensor for name, tensor in state.items()},
            "best_acc": torch.tensor(92.21), "optimizer": {"state": {}, "param_groups": []},
            "recorder1": RecorderMeter1(), "recorder": RecorderMeter()}, sys.argv[1])
"""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A checkpoint as the official training script writes it, from a process of its own."""
    path = tmp_path_factory.mktemp("weights") / "raf-db-model_best.pth"
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", WRITE_OFFICIAL_CHECKPOINT, str(path)], check=True, cwd=root)
    return path


@pytest.fixture(scope="module")
def raf(tmp_path_factory):
    """A drawn RAF-DB of 70 test images in the official layout."""
    return rafdb_official(tmp_path_factory.mktemp("rafdb"), SMALL, attributes=True)


@pytest.fixture(scope="module")
def catalog():
    """What the installed plugins provide."""
    return build_catalog()


def run_on(raf, checkpoint, catalog, **changes):
    """An evaluation of POSTER V2, without the timing of its latency."""
    options = {"data_root": str(raf), "weights": str(checkpoint), "timing": False, **changes}
    return evaluate(RunSpec(model="poster_v2", dataset="rafdb", **options), catalog, Settings())


@pytest.fixture(scope="module")
def result(raf, checkpoint, catalog):
    """The run that the others are compared with: batches of 64."""
    return run_on(raf, checkpoint, catalog, batch_size=64)


def test_logits_equal_those_of_a_plain_loop(raf, result):
    """Image by image within 1e-5 of ten lines of torch over the same files."""
    network = build(num_classes=7).eval()
    fill_state_dict(network.state_dict())
    transform = transforms.Compose(
        [
            transforms.Resize((224, 224)),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    logits = []
    for line in (raf / "EmoLabel" / "list_patition_label.txt").read_text().splitlines():
        image = Image.open(raf / "Image" / "aligned" / line.split()[0].replace(".jpg", "_aligned.jpg")).convert("RGB")
        with torch.no_grad():
            logits.append(network(transform(image)[None])[0].numpy())

    assert result.predictions.ids == tuple(f"test_{number:04d}" for number in range(1, 71))
    assert np.abs(np.stack(logits) - result.predictions.emotion).max() <= 1e-5
    assert np.ptp(np.stack(logits), axis=0).min() > 1e-3, "the images must not all look alike to the network"


@pytest.mark.parametrize("batch_size", [1, 7])
def test_batch_size_does_not_matter(raf, checkpoint, catalog, result, batch_size):
    """70 images in batches of 1, of 7 and of 64: the same logits within 1e-5, the same run_key."""
    other = run_on(raf, checkpoint, catalog, batch_size=batch_size)

    assert np.abs(other.predictions.emotion - result.predictions.emotion).max() <= 1e-5
    assert other.record["run_key"] == result.record["run_key"]
    assert other.record["cost_key"] != result.record["cost_key"]


def test_two_runs_have_one_core(raf, checkpoint, catalog, result):
    """The same run again: equal core_sha256, other run_id and seal."""
    again = run_on(raf, checkpoint, catalog, batch_size=64)

    assert again.record["core_sha256"] == result.record["core_sha256"]
    assert again.run_id != result.run_id
    assert again.record["seal"] != result.record["seal"]


def test_record_says_what_was_run(result, checkpoint):
    """Weights by their hash, the class order and where it comes from, the input, the selection."""
    record = result.record

    assert record["weights"]["name"] == checkpoint.name
    assert len(record["weights"]["sha256"]) == 64
    assert record["classes"] == list(RAFDB_CLASSES)
    assert record["class_order_source"] == "the model's order for rafdb"
    assert record["preprocess"]["size"] == [224, 224]
    assert record["input"].startswith("unknown-")
    assert record["layout"]
    assert record["cost"]["params_total"] == 58_316_594
    assert record["cost"]["params_trainable"] == 57_309_346
    assert record["cost"]["macs"] == 8_592_404_224
    assert record["cost"]["flops"] == 2 * 8_592_404_224


def test_unofficial_counts_are_not_ranked(result):
    """70 images are not the official test set: evaluated, marked, not ranked, every class named."""
    assert not result.ranked
    (reason,) = [text for text in result.record["not_ranked_because"] if "official" in text]
    assert "happiness 10 instead of 1,185" in reason


TINY = """
import torch
from ferbench.cards import ModelCard, Preprocess
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry

CARD = ModelCard(name="tiny", summary="A mean colour and a linear layer", paper=None, code=None, code_licence=None,
                 preprocess=Preprocess(size=(8, 8), mean=(0, 0, 0), std=(1, 1, 1), expects="any"),
                 classes=None, self_contained=True)

def build(num_classes):
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, num_classes))

@hookimpl
def ferbench_models():
    return [ModelEntry(card=CARD, build=build)]
"""


@pytest.fixture
def tiny(tmp_path):
    """A drop-in plugin with a network that is quick."""
    path = tmp_path / "tiny.py"
    path.write_text(TINY, encoding="utf-8")
    return path


def run_tiny(plugin, root, **changes):
    """An evaluation of the quick network on RAF-DB."""
    spec = RunSpec(model="tiny", dataset="rafdb", data_root=str(root), timing=False, **changes)
    return evaluate(spec, build_catalog([plugin]), Settings())


def test_the_official_test_set_is_ranked(tiny, tmp_path):
    """3,068 drawn images with the official counts by class: the counts do not stand in the way of a rank."""
    root = rafdb_official(tmp_path / "raf", {"test": RAFDB_COUNTS["test"]})
    record = run_tiny(tiny, root).record

    assert record["n"] == 3068
    assert record["ranked"], record["not_ranked_because"]


def test_other_layouts_are_the_same_test_set(tiny, tmp_path):
    """Folders 1..7 and APViT's lists over the same files: equal items and equal pixels, equal run_key."""
    official = run_tiny(tiny, rafdb_official(tmp_path / "official", SMALL)).record
    folders = run_tiny(tiny, rafdb_folders(tmp_path / "folders", SMALL)).record
    apvit = run_tiny(tiny, rafdb_apvit(tmp_path / "apvit", SMALL)).record

    for other in (folders, apvit):
        assert other["items_sha256"] == official["items_sha256"]
        assert other["pixels_sha256"] == official["pixels_sha256"]
        assert other["run_key"] == official["run_key"]


def test_re_encoded_images_are_the_same_items_with_other_pixels(tiny, tmp_path):
    """Every JPEG saved again at another quality: equal items, other pixels, another run_key, another input."""
    root = rafdb_official(tmp_path / "raf", SMALL)
    before = run_tiny(tiny, root).record
    for path in (root / "Image" / "aligned").iterdir():
        with Image.open(path) as image:
            image.copy().save(path, quality=70)
    after = run_tiny(tiny, root).record

    assert after["items_sha256"] == before["items_sha256"]
    assert after["pixels_sha256"] != before["pixels_sha256"]
    assert after["run_key"] != before["run_key"]
    assert after["input"] != before["input"]


def test_an_edited_plugin_is_another_run(tiny, tmp_path):
    """A comment added to the drop-in file changes the run_key, and nothing of the predictions."""
    root = rafdb_official(tmp_path / "raf", SMALL)
    before = run_tiny(tiny, root).record
    edited = tmp_path / "edited" / "tiny.py"
    edited.parent.mkdir()
    edited.write_text(TINY + "# edited\n", encoding="utf-8")
    after = run_tiny(edited, root).record

    assert after["run_key"] != before["run_key"]
    assert after["predictions_sha256"] == before["predictions_sha256"]


def test_threads_change_only_the_cost_key(tiny, tmp_path):
    """The same run on one thread: equal run_key, another cost_key."""
    root = rafdb_official(tmp_path / "raf", SMALL)
    one, two = run_tiny(tiny, root, threads=1).record, run_tiny(tiny, root, threads=2).record

    assert one["run_key"] == two["run_key"]
    assert one["cost_key"] != two["cost_key"]


def ferbench(*arguments, cwd, **environment):
    """The command line in a process of its own."""
    import os

    command = [sys.executable, "-m", "ferbench", *arguments]
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=200, check=False
    )


def test_without_data_and_weights_everything_missing_is_named(tmp_path):
    """The mission's command on a bare machine: exit 4, both missing things, and the commands that mend it."""
    done = ferbench("run", "--model", "poster_v2", "--dataset", "rafdb", cwd=tmp_path)

    assert done.returncode == 4
    assert "EmoLabel/list_patition_label.txt" in done.stderr
    assert "--data-root" in done.stderr
    assert "raf-db-model_best.pth" in done.stderr
    assert "--weights" in done.stderr
    assert "ferbench.toml" in done.stderr


def test_configured_data_and_weights_run(tmp_path, raf, checkpoint, result):
    """The mission's command with both in ferbench.toml runs, and gives the predictions of the other run."""
    config = tmp_path / "ferbench.toml"
    config.write_text(f'[data]\nrafdb = "{raf}"\n[weights]\n"poster_v2.rafdb" = "{checkpoint}"\n', encoding="utf-8")
    arguments = ("run", "--model", "poster_v2", "--dataset", "rafdb", "--json", "--batch-size", "64")
    done = ferbench(*arguments, cwd=tmp_path, FERBENCH_CONFIG=str(config), FERBENCH_DB=str(tmp_path / "board.sqlite"))

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["core_sha256"] == result.record["core_sha256"]


def test_cached_weights_run(tmp_path, raf, checkpoint, catalog, result):
    """The checkpoint in the cache under the file name of its authors is found."""
    cache = tmp_path / "weights"
    cache.mkdir()
    (cache / "raf-db-model_best.pth").symlink_to(checkpoint)
    spec = RunSpec(model="poster_v2", dataset="rafdb", timing=False, limit=7)
    settings = Settings(data_roots={"rafdb": raf}, weights_home=cache)
    record = evaluate(spec, catalog, settings).record

    assert record["weights"]["sha256"] == result.record["weights"]["sha256"]
    assert any("--limit" in reason for reason in record["not_ranked_because"])

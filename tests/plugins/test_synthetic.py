"""The embedded pair: the same pixels everywhere, a task that is not trivial, weights that keep their promise."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from ferbench.config import Settings
from ferbench.errors import DataNotFound, UsageError
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from ferbench_synthetic import LINEAR_ACCURACY, SYNTHETIC, TINY_CNN, TINY_CNN_ACCURACY, open_synthetic
from ferbench_synthetic.dataset import open_faces
from ferbench_synthetic.expression import CLASSES
from ferbench_synthetic.face import Face
from ferbench_synthetic.linear_probe import linear_accuracy
from ferbench_synthetic.network import TinyCnn
from ferbench_synthetic.split import SIZES, faces
from ferbench_synthetic.train import accuracy, tensors, train
from ferbench_synthetic.write import write_tree

#: SHA-256 over the raw bytes of all test images in id order.
TEST_PIXELS = "0860cce9d598ed1c262c25c6e320d95544e541b277ccb4e29ce5ee7b8aa08c29"
#: The same over the first 100 images of the train split.
TRAIN_PIXELS_100 = "bf93c10e2ce55b36d1c1e54908679ea70da57843f6fe6e7544a39b97c8127464"


def pixels_of(drawn) -> str:
    """Hexadecimal SHA-256 over the raw bytes of drawn faces."""
    digest = hashlib.sha256()
    for face in drawn:
        digest.update(face.draw().tobytes())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def record():
    """A run of the embedded pair."""
    return evaluate(RunSpec(model="tiny_cnn", dataset="synthetic", timing=False), build_catalog(), Settings()).record


def test_pixels_are_the_committed_ones():
    """Every test image, bit for bit, whatever the machine; and the beginning of the train split."""
    assert pixels_of(faces("test")) == TEST_PIXELS
    assert pixels_of(faces("train")[:100]) == TRAIN_PIXELS_100


def test_the_shipped_weights_score_what_the_card_says(record):
    """The stated accuracy, within two of 3,200 images for other float arithmetic; between 75 and 95 %."""
    assert record["n"] == 3200
    assert record["scores"]["strict"]["accuracy"] == pytest.approx(TINY_CNN_ACCURACY, abs=2.5 / 3200)
    assert 0.75 <= TINY_CNN_ACCURACY <= 0.95


def test_the_pair_is_ranked_on_its_official_pixels(record):
    """Right counts, known pixels, released weights with a known class order: nothing stands in the way."""
    assert record["ranked"], record["not_ranked_because"]
    assert record["input"] == "official"
    assert record["weights"]["name"] == "tiny_cnn.synthetic"
    assert record["class_order_source"].startswith("released weights")
    assert record["warnings"] == []


def test_network_and_weights_are_small():
    """At most 300,000 parameters, at most 1.2 MB, and the hash that the card states."""
    path = TINY_CNN.weights[0].path

    assert sum(parameter.numel() for parameter in TinyCnn(8).parameters()) == 223_200
    assert path.stat().st_size <= 1_200_000
    assert hashlib.sha256(path.read_bytes()).hexdigest() == TINY_CNN.weights[0].sha256


def test_pixels_alone_do_not_solve_the_task():
    """Logistic regression on 12,288 pixels stays far behind, at the figure of the card."""
    assert linear_accuracy() == pytest.approx(LINEAR_ACCURACY, abs=0.01)
    assert TINY_CNN_ACCURACY - LINEAR_ACCURACY >= 0.25


def test_training_learns():
    """The training loop itself: a few epochs on few images, and most of these are known."""
    images, labels = tensors("test")
    network = train(images[:256], labels[:256], epochs=16)

    assert accuracy(network, images[:256], labels[:256]) > 0.5
    assert not network.training


def test_options_are_refused():
    """A set without options says so."""
    with pytest.raises(UsageError, match="no options"):
        open_synthetic(None, "test", size=32)


@pytest.mark.parametrize("split", SIZES)
def test_classes_are_balanced_and_ids_unique(split):
    """As many images of each class, as the card says."""
    drawn = faces(split)

    assert Counter(face.label for face in drawn) == SYNTHETIC.counts[split]
    assert len({face.id for face in drawn}) == SIZES[split]


def test_class_order_is_that_of_the_card():
    """Generator, card and weights count the classes alike."""
    assert CLASSES == SYNTHETIC.classes == TINY_CNN.classes == TINY_CNN.weights[0].classes


def test_attributes_vary_within_their_values():
    """Every attribute takes each value that the card lists, and no other."""
    rows = open_faces(None, "test").rows
    for name, values in SYNTHETIC.attributes.items():
        assert {row.attributes[name] for row in rows} == set(values), name


def test_attributes_are_independent_of_the_expression():
    """No attribute gives the label away: within each class the values are spread as they are overall."""
    rows = open_faces(None, "test").rows
    for name in SYNTHETIC.attributes:
        overall = Counter(row.attributes[name] for row in rows)
        for label in CLASSES:
            here = Counter(row.attributes[name] for row in rows if row.label == label)
            assert all(abs(here[value] / 400 - count / 3200) < 0.12 for value, count in overall.items()), (name, label)


def test_attributes_and_pixels_follow_from_the_id():
    """The same id is the same face; another label moves only the expression."""
    face = Face("test_0001", "anger")

    assert np.array_equal(face.draw(), Face("test_0001", "anger").draw())
    assert asdict(face.attributes()) == asdict(Face("test_0001", "fear").attributes())
    assert not np.array_equal(face.draw(), Face("test_0001", "fear").draw())


def test_files_hold_what_memory_holds(tmp_path, monkeypatch):
    """The tree on disk: the same rows, pixels that Pillow reads back unchanged, the bytes of plain PPM."""
    monkeypatch.setitem(SIZES, "test", 40)
    write_tree(tmp_path, "test")
    memory, files = open_faces(None, "test"), open_faces(tmp_path, "test")

    assert [(row.id, row.label, row.attributes) for row in files.rows] == [
        (row.id, row.label, row.attributes) for row in memory.rows
    ]
    for drawn, stored in zip(memory.rows, files.rows, strict=True):
        with Image.open(stored.source) as image:
            assert np.array_equal(np.asarray(image), memory.read(drawn))
        assert files.read(stored) == b"P6\n64 64\n255\n" + memory.read(drawn).tobytes()


def test_a_missing_file_is_named_with_the_command_that_writes_it(tmp_path, monkeypatch):
    """A tree with a gap is refused at open."""
    monkeypatch.setitem(SIZES, "test", 16)
    write_tree(tmp_path, "test")
    next((tmp_path / "test" / "anger").iterdir()).unlink()
    with pytest.raises(DataNotFound, match=r"ferbench_synthetic\.write"):
        open_faces(tmp_path, "test")

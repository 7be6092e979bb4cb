"""The two verdicts on the data that a run stores: on its labels, and on its pixels."""

from __future__ import annotations

import pytest

from tests.cli.dropins import MINE
from tests.drawing import RAFDB_CLASSES, draw_jpeg, rafdb_apvit, rafdb_labels, rafdb_official

SMALL = {"test": dict.fromkeys(RAFDB_CLASSES, 2)}
#: The real plugin under another name, whose card knows official counts and the pixels of one SHA-256.
KNOWING = """\
from dataclasses import replace
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DatasetEntry
from ferbench_datasets.rafdb import open_rafdb
from ferbench_datasets.rafdb_card import CARD

COUNTS = {"test": dict.fromkeys(CARD.classes, 2)}

@hookimpl
def ferbench_datasets():
    card = replace(CARD, name="known", counts=COUNTS, variants=(), known_inputs={SHA256: NAME})
    return [DatasetEntry(card=card, open=open_rafdb)]
"""


@pytest.fixture
def run(call, tmp_path):
    """The record of a run of a drop-in."""
    plugin = tmp_path / "mine.py"
    plugin.write_text(MINE, encoding="utf-8")

    def on(root, dataset="rafdb", *options):
        asked = ("--model", "mine", "--plugin", plugin, "--dataset", dataset, "--data-root", root, "--no-timing")
        done = call("run", *asked, *options, "--json")
        assert done.status == 0, done.err
        return done.json

    return on


def knowing(tmp_path, sha256, name):
    """Options that load the plugin with a card that knows these pixels."""
    path = tmp_path / "knowing.py"
    path.write_text(f"SHA256, NAME = {sha256!r}, {name!r}\n{KNOWING}", encoding="utf-8")
    return "--plugin", path


def test_apvits_crops_are_told_from_the_official_ones_by_their_size(run, tmp_path):
    """Right labels either way; the pixels are unknown, and look like what they are."""
    official = run(rafdb_official(tmp_path / "official", SMALL))
    root = rafdb_apvit(tmp_path / "apvit", SMALL)
    for number, (name, _) in enumerate(rafdb_labels(SMALL["test"], "test")):
        draw_jpeg(root / "Image" / "aligned_224" / f"{name}.jpg", seed=number, size=224)
    apvit = run(root)

    assert official["items_sha256"] == apvit["items_sha256"]
    assert official["labels"]["text"] == apvit["labels"]["text"]
    assert official["pixels"]["text"] == "unknown, looks like the official aligned crops"
    assert apvit["pixels"]["text"] == "unknown, looks like APViT's re-aligned crops"
    assert (apvit["pixels"]["kind"], apvit["pixels"]["name"]) == ("unknown", "APViT's re-aligned crops")
    assert "all have 224 x 224 pixels" in apvit["pixels"]["finding"]


def test_sizes_that_differ_look_like_nothing(run, tmp_path):
    """One enlarged picture among fourteen: no copy is named, and the number is said."""
    root = rafdb_official(tmp_path / "official", SMALL)
    draw_jpeg(root / "Image" / "aligned" / "test_0001_aligned.jpg", seed=1, size=224)
    record = run(root)

    assert record["pixels"]["text"] == "unknown"
    assert "13 of 14 have 100 x 100 pixels" in record["pixels"]["finding"]


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("official-aligned", "official", "official"),
        ("apvit-224", "variant", "variant: apvit-224"),
    ],
)
def test_known_pixels_are_named(run, tmp_path, name, kind, text):
    """By the SHA-256 on the card alone: official, or the copy that they are known as; the input has that name."""
    root = rafdb_official(tmp_path / "official", SMALL)
    sha256 = run(root)["pixels_sha256"]
    record = run(root, "known", *knowing(tmp_path, sha256, name))

    assert (record["pixels"]["kind"], record["pixels"]["text"], record["input"]) == (kind, text, name)
    assert record["labels"]["text"] == "official"
    assert record["ranked"]


def test_show_and_the_check_say_the_same(run, call, tmp_path):
    """The verdicts of a run are those of the check on the split that it evaluated."""
    root = rafdb_official(tmp_path / "official", SMALL)
    record = run(root)
    checked = call("data", "check", "rafdb", "--data-root", root, "--split", "test", "--json").json["splits"][0]

    assert record["labels"] == checked["labels"]
    assert record["pixels"] == checked["pixels"]
    assert call("show", "latest", "--json").json["pixels"] == checked["pixels"]
    assert "looks like the official aligned crops" in " ".join(call("show", "latest").out.split())

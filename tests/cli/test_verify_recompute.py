"""`ferbench verify --recompute`: images of the verifier's choice run again, from his own files."""

from __future__ import annotations

import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from ferbench.cli.app import status_of
from ferbench_synthetic import TINY_CNN
from tests.cli.dropins import MINE, model
from tests.cli.terminal import Terminal
from tests.drawing import RAFDB_CLASSES, draw_jpeg, folder_tree, rafdb_official

#: A network that answers by colour, and two that answer almost and not at all so.
HONEST, ALMOST, OTHER = ("return 255 * means", "return 255 * means * (1 + 1e-4)", "return 255 * means.flip(1)")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A recorded run of tiny_cnn on 48 drawn faces, with settings that are no defaults."""
    terminal = Terminal(tmp_path_factory.mktemp("drawn"))
    asked = ("--model", "tiny_cnn", "--dataset", "synthetic", "--limit", 48, "--tta", "flip", "--colour-order", "bgr")
    assert terminal.ferbench("run", *asked, "--no-timing").status == 0
    return terminal.database


@pytest.fixture
def coloured(call, tmp_path):
    """A recorded run on eight pictures: the tree, the plugin file, and how to change what the network answers."""
    tree = folder_tree(tmp_path / "tree", {"happy": 4, "sad": 4})
    plugin = tmp_path / "mine.py"
    plugin.write_text(model(HONEST), encoding="utf-8")
    asked = ("--model", "mine", "--class-order", "happy,sad,fear", "--dataset", "folder", "--data-root", tree)
    assert call("run", "--plugin", plugin, *asked, "--no-timing").status == 0
    return tree, plugin


def again(done):
    """Outcome and finding of the checks that run images again."""
    return {
        check["name"].removesuffix(" again"): (check["passed"], check["finding"])
        for check in done.json["checks"]
        if check["name"].endswith(" again")
    }


def test_an_honest_run_comes_out_again(call, drawn):
    """With the recorded views, colours and weights; the chosen images are said."""
    done = call("verify", "--db", drawn, "--recompute", 6, "--seed", 3, "--json")

    assert done.status == 0, done.err
    assert done.json["recomputed_with_seed"] == 3
    assert {name: passed for name, (passed, _) in again(done).items()} == {
        "weights": True, "pictures": True, "outputs": True,
    }  # fmt: skip
    assert again(done)["outputs"][1].startswith("6 images; largest difference ")
    assert "chosen by --seed 3" in done.err


def test_nobody_knows_the_images_before(call, drawn):
    """Without --seed every verification has one of its own, and says it."""
    seeds = {call("verify", "--db", drawn, "--recompute", 1, "--json").json["recomputed_with_seed"] for _ in range(2)}

    assert len(seeds) == 2


def test_more_images_than_there_are_is_all_of_them(call, coloured):
    """No image is chosen twice."""
    tree, plugin = coloured
    done = call("verify", "--recompute", 100, "--plugin", plugin, "--data-root", tree, "--json")

    assert done.status == 0, done.err
    assert again(done)["outputs"][1].startswith("8 images")


def test_other_weights_are_named_and_nothing_is_run(call, drawn, tmp_path):
    """One value of the checkpoint changed: its SHA-256 is not that of the record."""
    tensors = load_file(TINY_CNN.weights[0].path)
    name = next(iter(tensors))
    save_file({**tensors, name: tensors[name] + torch.tensor(1e-3)}, tmp_path / "other.safetensors")
    done = call("verify", "--db", drawn, "--recompute", 3, "--weights", tmp_path / "other.safetensors", "--json")

    assert done.status == 1
    assert set(again(done)) == {"weights"}
    assert TINY_CNN.weights[0].sha256 in again(done)["weights"][1]


def test_other_weights_of_a_model_that_brings_them_are_named(call, coloured, tmp_path):
    """They are known only once the network is built."""
    tree, plugin = coloured
    plugin.write_text(model(HONEST, "network = Network(num_classes)\nnetwork.head.weight.data += 1\nreturn network"))
    done = call("verify", "--recompute", 3, "--plugin", plugin, "--data-root", tree, "--json")

    assert done.status == 1
    assert again(done)["weights"][0] is False


def test_a_network_that_says_something_else_is_found(call, coloured):
    """The same weights in other code: outputs and answers differ."""
    tree, plugin = coloured
    plugin.write_text(model(OTHER), encoding="utf-8")
    done = call("verify", "--recompute", 8, "--plugin", plugin, "--data-root", tree, "--json")

    passed, finding = again(done)["outputs"]
    assert done.status == 1
    assert passed is False
    assert " 0 other answers" not in finding


def test_the_tolerance_is_a_part_of_the_largest_output(call, coloured):
    """A ten-thousandth passes by default, and not where less is allowed."""
    tree, plugin = coloured
    plugin.write_text(model(ALMOST), encoding="utf-8")
    asked = ("verify", "--recompute", 8, "--plugin", plugin, "--data-root", tree)

    assert call(*asked).status == 0
    assert call(*asked, "--tolerance", "1e-5").status == 1


def test_other_pictures_are_named(call, coloured):
    """A picture drawn anew is another picture, whatever the answer is."""
    tree, plugin = coloured
    draw_jpeg(tree / "happy" / "0002.jpg", seed=99)
    done = call("verify", "--recompute", 8, "--plugin", plugin, "--data-root", tree, "--json")

    assert done.status == 1
    assert again(done)["pictures"] == (False, "1 of 8 have another content: happy/0002.jpg")


def test_pictures_that_are_not_there_are_named(call, coloured):
    """Nothing is left out in silence."""
    tree, plugin = coloured
    (tree / "sad" / "0001.jpg").unlink()
    done = call("verify", "--recompute", 8, "--plugin", plugin, "--data-root", tree, "--json")

    assert done.status == 1
    assert again(done)["images"] == (False, "not in this copy: sad/0001.jpg")


def test_a_picture_that_can_be_read_here_alone_is_found(call, coloured, tmp_path):
    """Without an answer there, with one here."""
    tree, plugin = coloured
    kept = (tree / "sad" / "0001.jpg").read_bytes()
    (tree / "sad" / "0001.jpg").write_bytes(b"broken")
    asked = ("--model", "mine", "--class-order", "happy,sad,fear", "--dataset", "folder", "--data-root", tree)
    where = ("--plugin", plugin, "--db", tmp_path / "broken.sqlite")
    assert call("run", *asked, "--no-timing", *where).status == 3
    same = call("verify", *where, "--recompute", 8, "--data-root", tree, "--json")
    (tree / "sad" / "0001.jpg").write_bytes(kept)
    other = call("verify", *where, "--recompute", 8, "--data-root", tree, "--json")

    assert same.status == 0, same.err
    assert other.status == 1
    assert again(other)["outputs"] == (False, "an answer here or there alone: sad/0001.jpg")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """A bundle of a run on a drawn RAF-DB, the plugin that it was made with, and the data."""
    folder = tmp_path_factory.mktemp("theirs")
    root = rafdb_official(folder / "raf", {"test": dict.fromkeys(RAFDB_CLASSES, 3)})
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    where = ("--plugin", str(folder / "mine.py"), "--db", str(folder / "board.sqlite"))
    asked = ("--model", "mine", "--dataset", "rafdb", "--data-root", str(root), "--no-timing")
    assert status_of(["run", *where, *asked]) == 0
    assert status_of(["bundle", *where, "-o", str(folder / "x.ferbench")]) == 0
    return folder / "x.ferbench", folder / "mine.py", root


def test_a_bundle_is_run_again_with_ones_own_files(call, theirs):
    """The record of another lab, the verifier's data and code."""
    path, plugin, root = theirs
    done = call("verify", path, "--recompute", 5, "--plugin", plugin, "--data-root", root, "--json")

    assert done.status == 0, done.err
    assert again(done)["outputs"][1].startswith("5 images; largest difference 0.0e+00")


def test_a_bundle_without_its_images_is_not_run_again(call, theirs):
    """Exit 3: what could not be checked is no success."""
    path, plugin, _ = theirs
    done = call("verify", path, "--recompute", 5, "--plugin", plugin, "--json")

    assert done.status == 3
    assert again(done)["outputs"][0] is None


def test_weights_and_data_that_are_not_here_are_missing(call, theirs, tmp_path):
    """Exit 4, as for a run."""
    path, plugin, root = theirs
    asked = ("verify", path, "--recompute", 5, "--plugin", plugin)

    assert call(*asked, "--data-root", tmp_path / "gone").status == 4
    assert call(*asked, "--data-root", root, "--weights", tmp_path / "gone.pth").status == 4


def test_a_changed_run_is_not_run_again(call, drawn, tmp_path):
    """What does not hold needs no inference."""
    from tests.cli.test_score_and_verify import change

    copy = shutil.copy(drawn, tmp_path / "copy.sqlite")
    change(copy, "UPDATE score SET value = 0.99 WHERE metric = 'accuracy'")
    done = call("verify", "--db", copy, "--recompute", 3, "--json")

    assert done.status == 1
    assert again(done) == {}


@pytest.mark.parametrize("asked", [("--recompute", 0), ("--recompute", 3, "--tolerance", -1)])
def test_numbers_that_mean_nothing_are_refused(call, drawn, asked):
    """Exit 2."""
    assert call("verify", "--db", drawn, *asked).status == 2

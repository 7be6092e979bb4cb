"""Models that answer with nonsense, checkpoints that do not fit, plugins that break in the middle of a run."""

from __future__ import annotations

import pytest
import torch

from tests.cli.dropins import MINE, dataset, model

#: No answer for pictures that are rather dark.
SOME_NAN = "scores = self.head(means)\nscores[means[:, 0] < 0.3] = float('nan')\nreturn scores"


@pytest.fixture
def run(call, tmp_path):
    """Run a plugin's model `mine` on six grey pictures without files, each 40 brighter than the one before."""

    def run(source, *arguments, pictures=None):
        (tmp_path / "theirs.py").write_text(source, encoding="utf-8")
        (tmp_path / "pictures.py").write_text(pictures or dataset(), encoding="utf-8")
        return call(
            *("run", "--plugin", tmp_path / "theirs.py", "--plugin", tmp_path / "pictures.py"),
            *("--model", "mine", "--dataset", "pictures", "--no-timing", "--metric", "accuracy"),
            *arguments,
        )

    return run


def test_some_answers_that_are_no_numbers_make_a_run_incomplete(run):
    """Exit 3: the pictures are listed, count as wrong, and the run is recorded without a rank."""
    done = run(model(SOME_NAN), "--json", "--batch-size", "4")

    assert done.status == 3, done.err
    assert done.json["failures"] == {"i0": "the model's output is not finite", "i1": "the model's output is not finite"}
    assert done.json["not_ranked_because"][0] == "2 of 6 images without an answer"
    assert done.json["scores"]["strict"]["accuracy"] <= 4 / 6


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_no_number_at_all_is_nothing_measured(run, call, value):
    """Exit 5, and nothing is recorded."""
    done = run(model(f"return torch.full((len(means), self.k), float('{value}'))"))

    assert done.status == 5
    assert "the model's output is not finite" in done.err
    assert call("runs", "--json").json["runs"] == []


WRONG_OUTPUTS = {
    "too wide": "return torch.zeros(len(means), 8)",
    "too narrow": "return torch.zeros(len(means), 1)",
    "flat": "return torch.zeros(len(means))",
    "a row less": "return torch.zeros(len(means) - 1, self.k)",
    "another name": "return {'logits': self.head(means)}",
    "nothing": "return None",
    "text": "return 'happy'",
    "an output of another length": "return {'emotion': self.head(means), 'extra': torch.zeros(1)}",
    "an error": "raise ValueError('theirs')",
    "an exit": "sys.exit(0)",
}


@pytest.mark.parametrize("forward", WRONG_OUTPUTS.values(), ids=WRONG_OUTPUTS)
def test_wrong_outputs_are_the_fault_of_the_plugin(run, forward):
    """Exit 2 and the name of the plugin, whatever its network gives instead of a row an image and a column a class."""
    done = run(model(forward))

    assert done.status == 2
    assert "The model 'mine' was given 6 images" in done.err
    assert "Plugin 'theirs'" in done.err
    assert "Traceback" not in done.err


def test_a_wrong_width_is_named(run):
    """The shape that came and the shape that was expected."""
    done = run(model(WRONG_OUTPUTS["too wide"]))

    assert "{'emotion': (6, 8)} where 'emotion' of (6, 2) was expected" in done.err
    assert "--class-order" in done.err


WRONG_BUILDS = {
    "an error": "raise ValueError('theirs')",
    "an exit": "sys.exit('theirs')",
    "no network": "return 'a network'",
    "nothing": "pass",
}


@pytest.mark.parametrize("build", WRONG_BUILDS.values(), ids=WRONG_BUILDS)
def test_a_network_that_cannot_be_built_is_the_fault_of_the_plugin(run, build):
    """Exit 2, plugin and model named."""
    done = run(model(build=build))

    assert done.status == 2
    assert "The model 'mine' was to be built." in done.err
    assert "Plugin 'theirs'" in done.err


def test_an_option_that_the_model_does_not_have_is_named(run):
    """--model-option goes to the plugin's build(), which says what it does not know."""
    done = run(model(), "--model-option", "depth=4")

    assert done.status == 2
    assert "unexpected keyword argument 'depth'" in done.err


def test_a_model_that_looks_at_its_neighbours_is_not_ranked(run):
    """Statistics of the batch in an answer: recorded, unranked, the reason given."""
    done = run(model("return self.head(means - means.mean(0))"), "--json")

    assert done.status == 0
    assert "depend on the other images of a batch" in done.json["not_ranked_because"][0]


def test_a_model_that_fails_on_a_single_picture_is_the_fault_of_the_plugin(run):
    """The probe gives single pictures to the model; what it raises then names the plugin, too."""
    done = run(model("if len(means) == 1:\n    raise ValueError('one')\nreturn self.head(means)"))

    assert done.status == 2
    assert "was given 1 images" in done.err


def test_an_order_without_a_class_of_the_data_does_not_fit(run):
    """Exit 5 where some pictures could never be answered right."""
    done = run(model(), "--class-order", "neutral,happiness")

    assert done.status == 5
    assert "no output for fear" in done.err


@pytest.mark.parametrize("order", ["neutral,fear,bored", "neutral,fear,neutral", "rafbd"])
def test_an_order_that_is_none_is_refused(run, order):
    """Exit 2 for an unknown class, a class that stands twice, and a name that no order has."""
    assert run(model(), "--class-order", order).status == 2


@pytest.fixture
def checkpoint(tmp_path):
    """Write a checkpoint of the quick network, with `k` classes and further changes."""

    def write(k=2, **changes):
        path = tmp_path / "weights.pth"
        torch.save({"head.weight": torch.zeros(k, 3), "head.bias": torch.zeros(k), **changes}, path)
        return path

    return write


def test_a_checkpoint_for_other_classes_says_so(run, checkpoint):
    """Eight classes in the file and seven in the network: exit 2 with both numbers."""
    order = "surprise,fear,disgust,happiness,sadness,anger,neutral"
    done = run(model(self_contained=False), "--weights", checkpoint(8), "--class-order", order)

    assert done.status == 2
    assert "trained for 8 classes and the network has 7" in done.err


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"extra": torch.zeros(1)}, "1 unknown to the network: 'extra'"),
        ({"head.weight": torch.zeros(2, 4)}, "(2, 4)"),
        ({"head.bias": "zeros"}, "no tensors"),
    ],
)
def test_a_checkpoint_that_does_not_fit_says_where(run, checkpoint, changes, found):
    """Exit 2 with the names and shapes that differ; nothing is loaded in part."""
    done = run(model(self_contained=False), "--weights", checkpoint(**changes))

    assert done.status == 2
    assert found in done.err


def test_a_checkpoint_that_fits_runs(run, checkpoint):
    """The same files as above without a fault."""
    done = run(model(self_contained=False), "--weights", checkpoint(), "--json")

    assert done.status == 0, done.err
    assert done.json["weights"]["name"] == "weights.pth"


BROKEN_DATASETS = {
    "open raises": dataset(opening="raise KeyError('theirs')"),
    "open exits": dataset(opening="sys.exit(3)"),
    "open gives nothing": dataset(opening="pass"),
    "rows are none": dataset(rows="[('i0', 'fear')]"),
    "ids are numbers": dataset(rows="[Row(id=1, label='fear', source=1)]"),
    "attributes are numbers": dataset(rows="[Row(id='1', label='fear', source=1, attributes={'age': 3})]"),
    "read raises": dataset(read="raise KeyError('theirs')"),
    "read exits": dataset(read="sys.exit(3)"),
    "read gives floats": dataset(read="return np.zeros((8, 8, 3))"),
    "read gives grey": dataset(read="return np.zeros((8, 8), np.uint8)"),
    "read gives no pixels": dataset(read="return np.zeros((0, 8, 3), np.uint8)"),
    "read gives a path": dataset(read="return 'picture.jpg'"),
}


@pytest.mark.parametrize("pictures", BROKEN_DATASETS.values(), ids=BROKEN_DATASETS)
def test_a_broken_data_set_is_the_fault_of_its_plugin(run, pictures):
    """Exit 2 and the name of the plugin, which is not the same as a picture that cannot be read."""
    done = run(model(), pictures=pictures)

    assert done.status == 2
    assert "Plugin 'pictures'" in done.err
    assert "Traceback" not in done.err


WRONG_ROWS = {
    "no rows": ("[]", "no images"),
    "an id twice": ("2 * [Row(id='i', label='fear', source=1)]", "stand more than once"),
    "a label outside the classes": ("[Row(id='i', label='anger', source=1)]", "'i' has the label 'anger'"),
}


@pytest.mark.parametrize(("rows", "found"), WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_rows_that_would_make_a_number_wrong_are_refused(run, rows, found):
    """Exit 2 before anything is computed, whichever plugin the data set comes from."""
    done = run(model(forward="raise SystemExit"), pictures=dataset(rows=rows))

    assert done.status == 2
    assert found in done.err


def test_a_file_that_cannot_be_read_is_listed(run):
    """An OSError is the fault of the file: the picture is listed and the run goes on."""
    done = run(
        model(),
        "--json",
        pictures=dataset(
            read="if row.source == 3:\n    raise OSError('gone')\nreturn np.full((8, 8, 3), row.source, np.uint8)"
        ),
    )

    assert done.status == 3
    assert done.json["failures"] == {"i3": "unreadable: OSError: gone"}


def test_a_picture_that_goes_away_during_the_run_is_named(run):
    """What could be read before and cannot be read for the probe: exit 2, run it again."""
    read = (
        "self.seen = getattr(self, 'seen', 0) + 1\n"
        "if self.seen > 6:\n    raise OSError('gone')\n"
        "return np.full((8, 8, 3), row.source, np.uint8)"
    )
    done = run(model(), pictures=dataset(read=read))

    assert done.status == 2
    assert "was read again" in done.err


def test_data_that_are_missing_are_no_fault_of_the_plugin(run):
    """The errors that ferbench gives to plugins keep their exit codes."""
    done = run(model(), pictures=dataset(opening="raise DataNotFound('asked', 'found', 'todo')"))

    assert done.status == 4


OPENED = """
class Answers:
    def predict(self, batch):
        import numpy as np
        return {"emotion": np.array(batch.mean(axis=(2, 3))[:, :2])}

def open_model(path, classes, preprocess):
    return Answers()

@hookimpl
def ferbench_models():
    return [ModelEntry(card=CARD, open=open_model)]
"""


def test_a_model_without_a_network_runs(run):
    """Any object with predict() is a model; what cannot be counted is None, not zero."""
    done = run(MINE.split("@hookimpl", maxsplit=1)[0] + OPENED, "--json")

    assert done.status == 0, done.err
    assert done.json["cost"]["macs"] is None
    assert done.json["cost"]["images_per_s"] > 0

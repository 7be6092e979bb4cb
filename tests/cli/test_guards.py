"""The guards of `ferbench run`, end to end: what withholds a rank, what is a warning, and what the report shows."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from ferbench.emotions import NAMED_ORDERS
from tests.cli.dropins import dataset, model

ALPHABETICAL, RAFDB = NAMED_ORDERS["alphabetical7"], NAMED_ORDERS["rafdb"]
#: Red, green and blue of the faces of each class; where red and blue are exchanged, other classes are nearest.
COLOURS = {
    "anger": (220, 60, 120),
    "disgust": (60, 160, 40),
    "fear": (120, 30, 160),
    "happiness": (240, 210, 60),
    "neutral": (140, 120, 110),
    "sadness": (40, 110, 200),
    "surprise": (250, 140, 200),
}
FOLDERS = tuple(sorted(("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")))
PER_CLASS = 24


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    """24 pictures of 8 x 8 pixels in each of seven alphabetical folders, each a noisy colour of its class."""
    root, rng = tmp_path_factory.mktemp("faces"), np.random.default_rng(0)
    for folder, name in zip(FOLDERS, ALPHABETICAL, strict=True):
        (root / folder).mkdir()
        for number in range(PER_CLASS):
            colour = np.array(COLOURS[name]) + rng.normal(0, 12, 3)
            pixels = np.broadcast_to(colour.clip(0, 255).astype(np.uint8), (8, 8, 3))
            Image.fromarray(pixels).save(root / folder / f"{number}.png")
    return root


def nearest(meant, answer="scores"):
    """A plugin with a network whose outputs mean `meant`: minus the squared distance to the colour of each class."""
    colours = [[value / 255 for value in COLOURS[name]] for name in meant]
    return model(
        f"colours = torch.tensor({colours})\n"
        "scores = 40 * (2 * means @ colours.T - (colours**2).sum(1)) + 0 * self.head(means)\n"
        f"return {answer}"
    )


@pytest.fixture
def run(call, faces, tmp_path):
    """Run a plugin's model `mine` on the faces, its outputs declared in alphabetical order."""

    def run(source, *arguments, order="alphabetical7"):
        (tmp_path / "theirs.py").write_text(source, encoding="utf-8")
        return call(
            *("run", "--plugin", tmp_path / "theirs.py", "--model", "mine", "--dataset", "folder"),
            *("--data-root", faces, "--class-order", order, "--no-timing", "--metric", "uar"),
            *arguments,
        )

    return run


def outcomes(document):
    """How each guard ended."""
    return {name: guard["outcome"] for name, guard in document["guards"].items()}


def test_a_good_model_passes_every_guard(run):
    """Right order, right colours, logits, nobody's neighbour: ranked, without a warning."""
    done = run(nearest(ALPHABETICAL), "--json")

    assert done.status == 0, done.err
    assert done.json["ranked"]
    assert done.json["warnings"] == []
    assert outcomes(done.json) == {
        "weights": "not applicable",
        "class order": "ok",
        "output kind": "ok",
        "concentration": "ok",
        "numerics": "ok",
        "colour order": "ok",
    }
    assert list(done.json["seconds"]) == ["predict", "score", "probes", "numerics_probe", "colour_probe", "cost"]
    assert done.json["weights"]["loaded_percent"] is None


def test_alphabetical_folders_and_a_model_in_another_order(run):
    """The probe names RAF-DB's order and withholds the rank; with that order passed the same model is ranked."""
    wrong = run(nearest(RAFDB), "--json").json
    right = run(nearest(RAFDB), "--json", order="rafdb").json

    assert not wrong["ranked"]
    assert outcomes(wrong)["class order"] == "contradicted"
    assert "(the order rafdb)" in wrong["guards"]["class order"]["finding"]
    assert wrong["not_ranked_because"][0].startswith("the class order is contradicted: anger is surprise")
    assert right["ranked"]
    assert right["warnings"] == []


def test_an_accepted_class_order_is_ranked_with_a_warning(run):
    """--accept-class-order is recorded, changes no identity, and leaves the finding as a warning."""
    withheld = run(nearest(RAFDB), "--json").json
    accepted = run(nearest(RAFDB), "--accept-class-order", "--json").json

    assert accepted["ranked"]
    assert accepted["spec"]["accept_class_order"]
    assert not withheld["spec"]["accept_class_order"]
    assert accepted["run_key"] == withheld["run_key"]
    assert accepted["core_sha256"] == withheld["core_sha256"]
    assert accepted["guards"]["class order"]["outcome"] == "warning"
    assert accepted["guards"]["class order"]["finding"] == withheld["guards"]["class order"]["finding"]
    assert any("was accepted (--accept-class-order)" in warning for warning in accepted["warnings"])


def test_one_swap_is_not_ranked(run):
    """Fear and sadness exchanged: no known order, and contradicted."""
    meant = tuple({"fear": "sadness", "sadness": "fear"}.get(name, name) for name in ALPHABETICAL)
    done = run(nearest(meant), "--json").json

    assert not done["ranked"]
    assert "fear is sadness, sadness is fear: +" in done["not_ranked_because"][0]


def test_an_unknown_order_is_ranked_with_a_warning(run):
    """Three classes in a circle: the permutation is named, the rank stays."""
    meant = ("disgust", "fear", "anger", *ALPHABETICAL[3:])
    done = run(nearest(meant), "--json").json

    assert done["ranked"]
    assert outcomes(done)["class order"] == "warning"
    assert any("anger is disgust, disgust is fear, fear is anger" in warning for warning in done["warnings"])


def test_exchanged_colours_are_a_warning(run):
    """A network that was trained on RGB and is given BGR: ranked, with the option that mends it."""
    done = run(nearest(ALPHABETICAL), "--colour-order", "bgr", "--json").json

    assert done["ranked"]
    assert outcomes(done)["colour order"] == "warning"
    assert any("pass --colour-order rgb" in warning for warning in done["warnings"])


def test_a_softmax_declared_as_logits_is_a_warning(run):
    """The same answers as probabilities: ranked, and the card is to blame."""
    done = run(nearest(ALPHABETICAL, "scores.softmax(1)"), "--json").json

    assert done["ranked"]
    assert outcomes(done)["output kind"] == "warning"
    assert any('output="probabilities"' in warning for warning in done["warnings"])


def test_a_constant_answer_is_ranked_with_a_warning(run):
    """Always the same class: no order and no colours are better for it, and crop and normalisation are suspects."""
    done = run(model("return torch.ones(len(means), self.k).cumsum(1)"), "--json").json

    assert done["ranked"]
    assert outcomes(done)["class order"] == "ok"
    assert outcomes(done)["colour order"] == "inconclusive"
    assert outcomes(done)["concentration"] == "warning"
    assert ["normalisation" in warning for warning in done["warnings"]] == [True]


def test_batch_statistics_are_not_ranked(run):
    """Answers relative to the mean of the batch: contradicted by the numerics probe, whatever the accuracy."""
    done = run(nearest(ALPHABETICAL, "scores - scores.mean(0)"), "--json").json

    assert outcomes(done)["numerics"] == "contradicted"
    assert ["other images of a batch" in reason for reason in done["not_ranked_because"]] == [True]


def test_random_weights_are_flagged(run):
    """Nothing was loaded: said in the record and by the guard, and never ranked."""
    done = run(model(self_contained=False), "--weights", "random", "--json").json

    assert done["weights"]["loaded_percent"] == 0
    assert done["not_ranked_because"] == ["random weights"]
    assert outcomes(done)["weights"] == "warning"
    assert outcomes(done)["colour order"] == "not applicable"


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_a_checkpoint_says_how_much_was_loaded(run, tmp_path, dtype):
    """All parameters of a file that fits; half precision is converted, which is a warning."""
    path, name = tmp_path / "weights.pth", str(dtype).removeprefix("torch.")
    torch.save({"head.weight": torch.zeros(7, 3, dtype=dtype), "head.bias": torch.zeros(7, dtype=dtype)}, path)
    done = run(model(self_contained=False), "--weights", path, "--json").json
    narrow = dtype != torch.float32

    assert done["weights"]["loaded_percent"] == 100
    assert done["guards"]["weights"]["finding"] == "100.0 % of the parameters were loaded from the file"
    assert outcomes(done)["weights"] == ("warning" if narrow else "ok")
    assert any(f"the checkpoint holds {name} tensors" in warning for warning in done["warnings"]) == narrow


def test_grey_input_has_no_colour_order(run):
    """One channel: the probe is not applicable, and the others are as ever."""
    grey = nearest(ALPHABETICAL, "torch.cat([means, means, means], 1) @ torch.ones(3, self.k)")
    grey = grey.replace("self.head(means)", "0").replace("2 * means @", "2 * means.expand(-1, 3) @")
    grey = grey.replace("mean=(0, 0, 0), std=(1, 1, 1)", 'mean=(0,), std=(1,), colour_order="grey"')
    done = run(grey, "--json")

    assert done.status == 0, done.err
    assert done.json["guards"]["colour order"] == {"outcome": "not applicable", "finding": "the input is grey"}


@pytest.mark.parametrize(("unreadable", "asked"), [(10, 1024), (90, 1010)])
def test_colours_are_asked_about_for_1024_images(call, tmp_path, unreadable, asked):
    """Of 1,100 images at most 1,024 are given again, and none of those that cannot be read."""
    read = f"if row.source < {unreadable}:\n    raise OSError('gone')\nreturn np.full((8, 8, 3), 9, np.uint8)"
    rows = '[Row(id=f"i{n}", label=("neutral", "fear")[n % 2], source=n) for n in range(1100)]'
    (tmp_path / "pictures.py").write_text(dataset(read=read, rows=rows), encoding="utf-8")
    (tmp_path / "mine.py").write_text(model(), encoding="utf-8")
    done = call(
        *("run", "--plugin", tmp_path / "pictures.py", "--plugin", tmp_path / "mine.py", "--model", "mine"),
        *("--dataset", "pictures", "--no-timing", "--metric", "uar", "--json"),
    )

    assert done.status == 3, done.err
    assert f"of {asked} answers" in done.json["guards"]["colour order"]["finding"]


@pytest.mark.parametrize("command", ["run", "show"])
def test_the_report_has_a_line_for_every_guard(run, call, monkeypatch, command):
    """On 80 columns nothing is cut off: every guard with its outcome, and the finding in full."""
    monkeypatch.setenv("COLUMNS", "80")
    done = run(nearest(RAFDB))
    out = done.out if command == "run" else call("show").out
    lines = out.splitlines()
    table = lines[next(number for number, line in enumerate(lines) if "outcome" in line) :]
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in table if line.startswith("│")]

    assert max(map(len, lines)) <= 80
    assert [guard for guard, _, _ in cells if guard] == [
        *("class order", "colour order", "concentration", "numerics", "output kind", "weights"),
    ]
    assert cells[0][1] == "contradicted"
    assert "(the order rafdb): +" in " ".join(finding for _, _, finding in cells)
